// What every RosterStore promises of groups and of a user's own changes; the rest, and how a World
// is made, is in roster_store_contract.hpp.
#pragma once

#include <vector>

#include "presence/core/testing/roster_store_contract.hpp"

namespace monarch::presence::testing {

template <class StoreWorld>
class RosterStoreGroupsContract : public RosterStoreContract<StoreWorld> {
 protected:
  // 1 has 2 and 4 in group 1 alone, 3 there and in group 0, 5 in group 0; 4 has 1 in AL. Group 1
  // goes.
  ChangeResult remove_group_of_four() {
    this->change(this->request_of(1, 0), this->rule(model::AddGroup{{}, "Friends"}));
    for (const std::uint64_t n : {2U, 3U, 4U}) {
      auto added = this->add_of(model::List::kForward, n);
      added.group = 1;
      this->change(this->request_of(1, n), this->rule(added));
    }
    auto other_group = this->add_of(model::List::kForward, 3);
    other_group.group = 0;
    this->change(this->request_of(1, 3), this->rule(other_group));
    this->add(1, model::List::kForward, 5);
    this->add(4, model::List::kAllow, 1);
    auto request = this->request_of(1, 0);
    request.group = 1;
    return this->change(request, this->rule(model::RemoveGroup{{}, 1}));
  }
  std::vector<Affected> unlink(std::uint64_t owner, Revision cause,
                               const std::vector<std::uint64_t>& others) {
    std::vector<AccountId> accounts;
    for (const auto n : others) accounts.push_back(AccountId(n));
    auto affected =
        this->world.await(this->world.store().unlink(AccountId(owner), cause, accounts));
    MONARCH_ASSERT(affected.ok());
    return std::move(*affected);
  }
};

TYPED_TEST_SUITE_P(RosterStoreGroupsContract);

TYPED_TEST_P(RosterStoreGroupsContract, AnOwnChangeIsInTheJournalAsItWas) {
  this->create(1, 2);
  auto added = this->add_of(model::List::kForward, 2);
  this->change(this->request_of(1, 0), this->rule(model::AddGroup{{}, "Friends"}));
  added.group = 1;
  this->change(this->request_of(1, 2), this->rule(added));
  const auto events = this->journal(1, 1).events;
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, model::RosterEvent::Kind::kSilent);
  const model::RosterEvent expected{Serial(3),
                                    model::RosterEvent::Kind::kListAdded,
                                    World::handle(2),
                                    model::Property::kHomePhone,
                                    "nick",
                                    model::List::kForward,
                                    model::GroupId{1},
                                    AccountId(2)};
  EXPECT_EQ(events[1], expected);
}

TYPED_TEST_P(RosterStoreGroupsContract, AGroupGoesWithWhoIsInNoOther) {
  this->create(1, 5);
  const auto removed = this->remove_group_of_four();
  EXPECT_EQ(removed.aftermath.left, (std::vector<AccountId>{AccountId(2), AccountId(4)}));
  // The owner's rows have changed at once, the others' have not.
  const auto owner = this->load(1);
  EXPECT_EQ(owner.principal.counts[0], 2U);
  EXPECT_EQ(owner.principal.unlink_owed, owner.principal.revision);
  EXPECT_EQ(owner.principal.groups, (std::vector<model::Group>{{0, "~"}}));
  EXPECT_FALSE(this->row(1, 2).forward);
  EXPECT_TRUE(this->row(1, 2).unlink_owed);
  EXPECT_TRUE(this->row(2, 1).in_forward);
  EXPECT_EQ(this->row(1, 3).groups, 1U);
  EXPECT_EQ(this->row(1, 5).groups, 1U);
  const auto heads = this->world.await(this->world.store().heads({AccountId(1)}));
  EXPECT_EQ(heads->at(0).unlink_owed, owner.principal.revision);

  // In batches, however small.
  const Serial serial = this->load(2).principal.serial;
  const auto first = this->unlink(1, owner.principal.revision, {2});
  ASSERT_EQ(first.size(), 1U);
  EXPECT_EQ(first[0].account, AccountId(2));
  ASSERT_EQ(first[0].events.size(), 1U);
  EXPECT_EQ(first[0].events[0].kind, model::RosterEvent::Kind::kReverseRemoved);
  EXPECT_EQ(first[0].events[0].other, World::handle(1));
  EXPECT_EQ(first[0].events[0].serial, next(serial));
  EXPECT_EQ(first[0].profile, profile_of(this->load(2).principal));
  EXPECT_EQ(this->journal(2, serial.value()).events, first[0].events);
  EXPECT_TRUE(this->load(2).entries.empty());
  EXPECT_NE(this->load(1).principal.unlink_owed, 0U);
  // 3 was in another group and has nothing to hear of it; 4 has the owner in AL.
  const auto rest = this->unlink(1, owner.principal.revision, {3, 4});
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(rest[0].account, AccountId(4));
  EXPECT_FALSE(this->row(4, 1).in_forward);
  EXPECT_TRUE(this->row(4, 1).allow);
  EXPECT_EQ(this->load(1).principal.unlink_owed, 0U);
  EXPECT_EQ(this->load(1).principal.serial, owner.principal.serial);
  EXPECT_EQ(this->load(1).entries.size(), 3U);
}

TYPED_TEST_P(RosterStoreGroupsContract, AnUnlinkRepeatedTellsTheSame) {
  this->create(1, 5);
  const Revision cause = this->remove_group_of_four().aftermath.self.profile.revision;
  const auto first = this->unlink(1, cause, {2, 4});
  ASSERT_EQ(first.size(), 2U);
  EXPECT_EQ(this->unlink(1, cause, {2, 4}), first);
  EXPECT_TRUE(this->unlink(1, cause + 1, {2, 4}).empty());
  // Somebody who came back is not taken off again.
  this->add(1, model::List::kForward, 2);
  const auto again = this->unlink(1, cause, {2});
  ASSERT_EQ(again.size(), 1U);
  EXPECT_EQ(again[0].events, first[0].events);
  EXPECT_TRUE(this->row(2, 1).in_forward);
}

TYPED_TEST_P(RosterStoreGroupsContract, WhoComesBackInBetweenIsOwedNothing) {
  this->create(1, 5);
  const Revision cause = this->remove_group_of_four().aftermath.self.profile.revision;
  this->add(1, model::List::kForward, 2);
  const Serial serial = this->load(2).principal.serial;
  EXPECT_EQ(this->unlink(1, cause, {2, 4}).size(), 1U);
  EXPECT_TRUE(this->row(2, 1).in_forward);
  EXPECT_EQ(this->load(2).principal.serial, serial);
  EXPECT_EQ(this->load(1).principal.unlink_owed, 0U);
}

TYPED_TEST_P(RosterStoreGroupsContract, ANewNumberFindsNobodyWhoHasLeft) {
  this->create(1, 5);
  this->remove_group_of_four();
  // 4 has 1 in AL, and his row still says that 1 has him in FL.
  const Revision cause = this->set(4, model::Property::kHomePhone, "9").aftermath.spread;
  const Serial serial = this->load(1).principal.serial;
  EXPECT_TRUE(this->spread(4, cause, AccountId(0), 10).affected.empty());
  EXPECT_EQ(this->load(1).principal.serial, serial);
}

TYPED_TEST_P(RosterStoreGroupsContract, AnOwnerWhoIsRemovedOwesNothing) {
  this->create(1, 5);
  const Revision cause = this->remove_group_of_four().aftermath.self.profile.revision;
  auto& store = this->world.store();
  ASSERT_TRUE(this->world.await(store.mark_removed(AccountId(1))).ok());
  EXPECT_TRUE(this->unlink(1, cause, {2}).empty());
  auto batch = this->world.await(store.remove_batch(AccountId(1), 10));
  ASSERT_TRUE(batch.ok());
  EXPECT_FALSE(batch->next.has_value());
  EXPECT_TRUE(this->load(2).entries.empty());
  // His removal has told them.
  const auto last = this->journal(2, this->load(2).principal.serial.value() - 1).events;
  ASSERT_EQ(last.size(), 1U);
  EXPECT_EQ(last[0].kind, model::RosterEvent::Kind::kReverseRemoved);
}

REGISTER_TYPED_TEST_SUITE_P(RosterStoreGroupsContract, AnOwnChangeIsInTheJournalAsItWas,
                            AGroupGoesWithWhoIsInNoOther, AnUnlinkRepeatedTellsTheSame,
                            WhoComesBackInBetweenIsOwedNothing, ANewNumberFindsNobodyWhoHasLeft,
                            AnOwnerWhoIsRemovedOwesNothing);

}  // namespace monarch::presence::testing
