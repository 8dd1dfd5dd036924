// What every RosterStore promises, beyond ports.hpp's words. A World is made per test and has
//   RosterStore& store();             empty
//   T await(const Eventual<T>&);      drives whatever completes it
//   void trim(AccountId owner);       the owner's journal so far is forgotten
// INSTANTIATE_TYPED_TEST_SUITE_P(X, RosterStoreContract, XWorld) runs it.
#pragma once

#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "presence/core/roster_rules.hpp"
#include "presence/core/testing/world.hpp"

namespace monarch::presence::testing {

template <class StoreWorld>
class RosterStoreContract : public ::testing::Test {
 protected:
  using Kind = ChangeResult::Kind;

  StoreWorld world;

  static AccountId account(std::uint64_t n) { return AccountId(n); }
  static Handle handle(std::uint64_t n) { return World::handle(n); }

  void create(std::uint64_t from, std::uint64_t to) {
    std::vector<NewPrincipal> principals;
    for (std::uint64_t n = from; n <= to; ++n) {
      principals.push_back({account(n), handle(n), "Name-" + std::to_string(n)});
    }
    auto created = world.await(world.store().ensure_principals(principals));
    ASSERT_TRUE(created.ok());
    ASSERT_TRUE(*created);
  }

  RosterData load(std::uint64_t n) {
    auto loaded = world.await(world.store().load(account(n)));
    MONARCH_ASSERT(loaded.ok() && loaded->has_value());
    return **loaded;
  }
  Entry row(std::uint64_t owner, std::uint64_t other) {
    for (const auto& entry : load(owner).entries) {
      if (entry.other == account(other)) return entry;
    }
    return {};
  }

  ChangeRequest request_of(std::uint64_t owner, std::uint64_t other) {
    ChangeRequest request;
    request.owner = account(owner);
    request.attempt = {{1, owner}, ++sequence_, SessionId(100 * owner)};
    if (other != 0) request.other = handle(other).value();
    return request;
  }
  template <class Change>
  static Decide rule(Change change) {
    return [change](const PairView& view) { return decide(RosterRules{}, view, change); };
  }
  static model::AddContact add_of(model::List list, std::uint64_t other) {
    model::AddContact add;
    add.list = list;
    add.handle = handle(other).value();
    add.name = "nick";
    return add;
  }
  ChangeResult change(const ChangeRequest& request, const Decide& decision) {
    auto result = world.await(world.store().change(request, decision));
    MONARCH_ASSERT(result.ok());
    return std::move(*result);
  }
  ChangeResult add(std::uint64_t owner, model::List list, std::uint64_t other) {
    return change(request_of(owner, other), rule(add_of(list, other)));
  }
  ChangeResult set(std::uint64_t owner, model::Property property, std::string value) {
    model::SetProperty request;
    request.property = property;
    request.value = std::move(value);
    return change(request_of(owner, 0), rule(request));
  }
  Batch spread(std::uint64_t subject, Revision cause, AccountId after, std::size_t limit) {
    auto batch = world.await(world.store().spread(account(subject), cause, after, limit));
    MONARCH_ASSERT(batch.ok());
    return std::move(*batch);
  }
  JournalPage journal(std::uint64_t owner, std::uint32_t after, std::size_t limit = 100) {
    auto page = world.await(world.store().read_journal(account(owner), Serial(after), limit));
    MONARCH_ASSERT(page.ok());
    return std::move(*page);
  }

 private:
  std::uint64_t sequence_ = 0;
};

TYPED_TEST_SUITE_P(RosterStoreContract);

TYPED_TEST_P(RosterStoreContract, NobodyHasNothing) {
  auto& store = this->world.store();
  EXPECT_FALSE(this->world.await(store.load(AccountId(1)))->has_value());
  EXPECT_FALSE(this->world.await(store.load_removed(AccountId(1)))->has_value());
  EXPECT_FALSE(this->world.await(store.find(World::handle(1)))->has_value());
  const std::vector<AccountId> accounts{AccountId(1)};
  EXPECT_TRUE(this->world.await(store.heads(accounts))->empty());
  EXPECT_FALSE(this->journal(1, 1).principal);
  EXPECT_EQ(this->add(1, model::List::kForward, 2).kind, ChangeResult::Kind::kNoPrincipal);
  EXPECT_TRUE(this->spread(1, 5, AccountId(0), 10).affected.empty());
  EXPECT_TRUE(this->world.await(store.mark_removed(AccountId(1))).ok());
  EXPECT_FALSE(this->world.await(store.remove_batch(AccountId(1), 10))->next.has_value());
}

TYPED_TEST_P(RosterStoreContract, ANewPrincipalHasTheDefaults) {
  this->create(1, 1);
  const auto roster = this->load(1);
  Principal expected;
  expected.account = AccountId(1);
  expected.handle = World::handle(1);
  expected.friendly_name = "Name-1";
  EXPECT_EQ(roster.principal, expected);
  EXPECT_TRUE(roster.entries.empty());
  EXPECT_EQ(*this->world.await(this->world.store().find(World::handle(1))), AccountId(1));
}

TYPED_TEST_P(RosterStoreContract, EnsuringAgainChangesNothing) {
  this->create(1, 2);
  this->add(1, model::List::kForward, 2);
  this->create(1, 3);
  EXPECT_EQ(this->load(1).principal.serial, Serial(2));
  EXPECT_EQ(this->load(3).principal.serial, Serial(1));
}

TYPED_TEST_P(RosterStoreContract, AHandleBelongsToOneAccount) {
  this->create(1, 1);
  const std::vector<NewPrincipal> principals{{AccountId(8), World::handle(8), "n"},
                                             {AccountId(9), World::handle(1), "n"}};
  auto created = this->world.await(this->world.store().ensure_principals(principals));
  ASSERT_TRUE(created.ok());
  EXPECT_FALSE(*created);
  EXPECT_FALSE(this->world.await(this->world.store().load(AccountId(8)))->has_value());
}

TYPED_TEST_P(RosterStoreContract, AChangeIsStoredOnBothSides) {
  this->create(1, 2);
  const auto result = this->add(1, model::List::kForward, 2);
  ASSERT_EQ(result.kind, ChangeResult::Kind::kCommitted);
  EXPECT_TRUE(result.aftermath.added);
  const Entry mine = this->row(1, 2);
  EXPECT_EQ(mine, result.mine);
  EXPECT_TRUE(mine.forward);
  EXPECT_EQ(mine.forward_name, "nick");
  EXPECT_EQ(mine.groups, 1U);
  EXPECT_EQ(mine.handle, World::handle(2));
  const Entry theirs = this->row(2, 1);
  EXPECT_TRUE(theirs.in_forward);
  EXPECT_EQ(theirs.reverse_name, "Name-1");
  EXPECT_EQ(this->load(1).principal.counts[0], 1U);
  EXPECT_EQ(this->load(1).principal.revision, 2U);
  EXPECT_EQ(this->load(2).principal.revision, 2U);
  const auto events = this->journal(2, 1).events;
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events, result.aftermath.other->events);
  EXPECT_EQ(this->journal(1, 1).events, result.aftermath.self.events);
}

TYPED_TEST_P(RosterStoreContract, EveryColumnComesBack) {
  this->create(1, 2);
  Decision written;
  const auto decision = [&written](const PairView& view) {
    Decision all;
    all.self = view.self;
    all.self.friendly_name = "%E2%82%AC";
    all.self.ask = all.self.allow = false;
    all.self.numbers = {"1%202", "3", "4", true};
    all.self.mobile_device = true;
    all.self.groups = {{0, "Other%20Contacts"}, {29, "x"}};
    all.self.counts = {1, 2, 3};
    all.self.serial = Serial(4294967295U);
    all.self.revision = 1ULL << 40U;
    all.self.spread_owed = 7;
    all.self.unlink_owed = 8;
    all.mine = view.mine;
    all.mine->forward = all.mine->block = all.mine->in_allow = true;
    all.mine->forward_name = "f";
    all.mine->allow_name = "a";
    all.mine->block_name = "b";
    all.mine->reverse_name = "r";
    all.mine->groups = (1U << 29U) | 1U;
    all.mine->numbers = {"h", "w", "m", true};
    all.mine->numbers_cause = 11;
    all.mine->forward_order = 12;
    all.mine->allow_order = 13;
    all.mine->block_order = 14;
    all.mine->reverse_order = 15;
    all.other = view.other;
    all.theirs = view.theirs;
    all.theirs->allow = all.theirs->in_forward = all.theirs->in_block = true;
    all.theirs->unlink_owed = true;
    all.aftermath.value = "v";
    written = all;
    return all;
  };
  this->change(this->request_of(1, 2), decision);
  EXPECT_EQ(this->load(1).principal, written.self);
  EXPECT_EQ(this->row(1, 2), *written.mine);
  EXPECT_EQ(this->row(2, 1), *written.theirs);
}

TYPED_TEST_P(RosterStoreContract, ARowWithoutBitsGoes) {
  this->create(1, 2);
  this->add(1, model::List::kForward, 2);
  model::RemoveContact remove;
  remove.handle = World::handle(2).value();
  this->change(this->request_of(1, 2), this->rule(remove));
  EXPECT_TRUE(this->load(1).entries.empty());
  EXPECT_TRUE(this->load(2).entries.empty());
}

TYPED_TEST_P(RosterStoreContract, ARepeatIsAnsweredFromMemory) {
  this->create(1, 3);
  auto calls = std::make_shared<std::atomic<int>>(0);
  const Decide counted =
      [calls, inner = this->rule(this->add_of(model::List::kForward, 2))](const PairView& view) {
        ++*calls;
        return inner(view);
      };
  const auto request = this->request_of(1, 2);
  const auto first = this->change(request, counted);
  const int before = *calls;
  // What has happened since shows in the row, not in what is repeated.
  this->add(2, model::List::kBlock, 1);
  const auto second = this->change(request, counted);
  EXPECT_EQ(second.kind, ChangeResult::Kind::kRepeated);
  EXPECT_EQ(*calls, before);
  EXPECT_EQ(second.aftermath, first.aftermath);
  EXPECT_TRUE(second.mine.in_block);
  EXPECT_EQ(this->load(1).principal.serial, Serial(2));
}

TYPED_TEST_P(RosterStoreContract, AnOlderAttemptIsStale) {
  this->create(1, 3);
  auto old = this->request_of(1, 2);
  this->add(1, model::List::kForward, 3);
  EXPECT_EQ(this->change(old, this->rule(this->add_of(model::List::kForward, 2))).kind,
            ChangeResult::Kind::kStale);
  // An older session, however many changes it has made.
  old.attempt = {{0, 99}, 1000, SessionId(5)};
  EXPECT_EQ(this->change(old, this->rule(this->add_of(model::List::kForward, 2))).kind,
            ChangeResult::Kind::kStale);
  old.attempt = {{2, 0}, 1, SessionId(6)};
  EXPECT_EQ(this->change(old, this->rule(this->add_of(model::List::kForward, 2))).kind,
            ChangeResult::Kind::kCommitted);
  EXPECT_EQ(this->load(1).entries.size(), 2U);
}

TYPED_TEST_P(RosterStoreContract, AnAttemptFromOutsideIsInNoOrder) {
  this->create(1, 5);
  const auto session = this->request_of(1, 2);
  const auto first = this->change(session, this->rule(this->add_of(model::List::kForward, 2)));
  auto outside = this->request_of(1, 3);
  const auto try_it = [&](std::uint64_t sequence, std::uint64_t other) {
    outside.attempt = {{}, sequence, SessionId()};
    outside.other = World::handle(other).value();
    return this->change(outside, this->rule(this->add_of(model::List::kForward, other)));
  };
  EXPECT_EQ(try_it(77, 3).kind, ChangeResult::Kind::kCommitted);
  const auto again = try_it(77, 3);
  EXPECT_EQ(again.kind, ChangeResult::Kind::kRepeated);
  EXPECT_EQ(again.aftermath.self.profile.serial, Serial(3));
  // Without a number it is not known again, and does not make the numbered one forgotten.
  EXPECT_EQ(try_it(0, 4).kind, ChangeResult::Kind::kCommitted);
  EXPECT_EQ(try_it(0, 4).code, 215);
  EXPECT_EQ(try_it(77, 3).kind, ChangeResult::Kind::kRepeated);
  EXPECT_EQ(try_it(5, 5).kind, ChangeResult::Kind::kCommitted);
  EXPECT_EQ(try_it(77, 3).code, 215);
  // The session's own last attempt is still known.
  const auto repeat = this->change(session, this->rule(this->add_of(model::List::kForward, 2)));
  EXPECT_EQ(repeat.kind, ChangeResult::Kind::kRepeated);
  EXPECT_EQ(repeat.aftermath, first.aftermath);
  EXPECT_EQ(this->load(1).principal.serial, Serial(5));
}

TYPED_TEST_P(RosterStoreContract, ARefusalStoresNothing) {
  this->create(1, 2);
  const auto request = this->request_of(1, 9);
  const auto refused = this->change(request, this->rule(this->add_of(model::List::kForward, 9)));
  EXPECT_EQ(refused.kind, ChangeResult::Kind::kRefused);
  EXPECT_EQ(refused.code, 205);
  EXPECT_EQ(this->load(1).principal.revision, 1U);
  this->create(9, 9);
  EXPECT_EQ(this->change(request, this->rule(this->add_of(model::List::kForward, 9))).kind,
            ChangeResult::Kind::kCommitted);
}

TYPED_TEST_P(RosterStoreContract, TheOtherMayBeOneself) {
  this->create(1, 1);
  EXPECT_EQ(this->add(1, model::List::kForward, 1).code, 201);
  model::Rename rename;
  rename.handle = World::handle(1).value();
  rename.name = "New";
  EXPECT_EQ(this->change(this->request_of(1, 1), this->rule(rename)).kind,
            ChangeResult::Kind::kCommitted);
  EXPECT_EQ(this->load(1).principal.friendly_name, "New");
  EXPECT_EQ(this->load(1).principal.serial, Serial(2));
}

TYPED_TEST_P(RosterStoreContract, TellsWhatWasMissed) {
  this->create(1, 4);
  this->add(2, model::List::kForward, 1);
  this->add(3, model::List::kForward, 1);
  auto request = this->request_of(1, 4);
  request.shown = Serial(1);
  const auto result = this->change(request, this->rule(this->add_of(model::List::kForward, 4)));
  EXPECT_EQ(result.aftermath.self.profile.serial, Serial(4));
  ASSERT_EQ(result.missed.size(), 2U);
  EXPECT_EQ(result.missed[0].serial, Serial(2));
  EXPECT_EQ(result.missed[0].kind, model::RosterEvent::Kind::kReverseAdded);
  EXPECT_EQ(result.missed[0].other, World::handle(2));
  EXPECT_EQ(result.missed[0].value, "Name-2");
  EXPECT_EQ(result.missed[1].serial, Serial(3));
  // A repeat tells what is missing by then, up to the change and no further.
  this->add(4, model::List::kForward, 1);
  request.shown = Serial(2);
  EXPECT_EQ(this->change(request, this->rule(this->add_of(model::List::kForward, 4))).missed.size(),
            1U);
  request.shown = Serial(5);
  EXPECT_TRUE(
      this->change(request, this->rule(this->add_of(model::List::kForward, 4))).missed.empty());
  request.shown = Serial(0);
  EXPECT_TRUE(
      this->change(request, this->rule(this->add_of(model::List::kForward, 4))).missed.empty());
}

TYPED_TEST_P(RosterStoreContract, TheJournalIsReadInPages) {
  this->create(1, 5);
  for (std::uint64_t n = 2; n <= 5; ++n) this->add(n, model::List::kForward, 1);
  const auto page = this->journal(1, 2, 2);
  EXPECT_EQ(page.serial, Serial(5));
  EXPECT_FALSE(page.trimmed);
  ASSERT_EQ(page.events.size(), 2U);
  EXPECT_EQ(page.events[0].serial, Serial(3));
  EXPECT_EQ(page.events[0].other, World::handle(3));
  EXPECT_EQ(page.events[1].serial, Serial(4));
  EXPECT_TRUE(this->journal(1, 5).events.empty());
  EXPECT_FALSE(this->journal(1, 5).trimmed);
}

TYPED_TEST_P(RosterStoreContract, ATrimmedJournalSaysSo) {
  this->create(1, 3);
  this->add(2, model::List::kForward, 1);
  this->world.trim(AccountId(1));
  const auto page = this->journal(1, 1);
  EXPECT_TRUE(page.trimmed);
  EXPECT_TRUE(page.events.empty());
  EXPECT_EQ(page.serial, Serial(2));
  EXPECT_FALSE(this->journal(1, 2).trimmed);
}

TYPED_TEST_P(RosterStoreContract, NumbersFollowInBatches) {
  this->create(1, 6);
  // 2, 3 and 4 have 1 in FL, 1 has 2, 4 and 5 in AL: 2 and 4 are told.
  for (std::uint64_t n = 2; n <= 4; ++n) this->add(n, model::List::kForward, 1);
  for (const std::uint64_t n : {2U, 4U, 5U}) this->add(1, model::List::kAllow, n);
  const Serial serial = this->load(4).principal.serial;
  const Revision cause = this->set(1, model::Property::kHomePhone, "5551").aftermath.spread;
  ASSERT_EQ(this->load(1).principal.spread_owed, cause);

  const auto first = this->spread(1, cause, AccountId(0), 1);
  ASSERT_EQ(first.affected.size(), 1U);
  EXPECT_EQ(first.affected[0].account, AccountId(2));
  ASSERT_TRUE(first.next.has_value());
  EXPECT_EQ(this->load(1).principal.spread_owed, cause);
  const auto second = this->spread(1, cause, *first.next, 1);
  ASSERT_EQ(second.affected.size(), 1U);
  const auto& told = second.affected[0];
  EXPECT_EQ(told.account, AccountId(4));
  EXPECT_EQ(told.profile.serial, next(serial));
  EXPECT_EQ(told.profile, profile_of(this->load(4).principal));
  ASSERT_EQ(told.events.size(), 1U);
  EXPECT_EQ(told.events[0].kind, model::RosterEvent::Kind::kNumber);
  EXPECT_EQ(told.events[0].other, World::handle(1));
  EXPECT_EQ(told.events[0].property, model::Property::kHomePhone);
  EXPECT_EQ(told.events[0].value, "5551");
  EXPECT_EQ(this->row(4, 1).numbers.home, "5551");
  EXPECT_EQ(this->journal(4, serial.value()).events, told.events);
  std::optional<AccountId> after = second.next;
  while (after) after = this->spread(1, cause, *after, 1).next;
  EXPECT_EQ(this->load(1).principal.spread_owed, 0U);
  EXPECT_TRUE(this->row(3, 1).numbers.home.empty());
}

TYPED_TEST_P(RosterStoreContract, ASpreadRepeatedTellsTheSame) {
  this->create(1, 2);
  this->add(2, model::List::kForward, 1);
  this->add(1, model::List::kAllow, 2);
  const Revision cause = this->set(1, model::Property::kWorkPhone, "7").aftermath.spread;
  const auto first = this->spread(1, cause, AccountId(0), 10);
  const auto again = this->spread(1, cause, AccountId(0), 10);
  ASSERT_EQ(first.affected.size(), 1U);
  EXPECT_FALSE(first.next.has_value());
  EXPECT_EQ(again.affected, first.affected);
  // An older cause than the one applied has nothing to say.
  const Revision newer = this->set(1, model::Property::kWorkPhone, "").aftermath.spread;
  EXPECT_EQ(this->spread(1, newer, AccountId(0), 10).affected[0].events[0].value, "");
  EXPECT_TRUE(this->spread(1, cause, AccountId(0), 10).affected.empty());
}

TYPED_TEST_P(RosterStoreContract, ASpreadMakesUpForThoseBefore) {
  this->create(1, 2);
  this->add(2, model::List::kForward, 1);
  this->add(1, model::List::kAllow, 2);
  this->set(1, model::Property::kHomePhone, "1");
  this->set(1, model::Property::kMobilePhone, "2");
  const Revision owed = this->load(1).principal.spread_owed;
  const auto batch = this->spread(1, owed, AccountId(0), 10);
  ASSERT_EQ(batch.affected.size(), 1U);
  ASSERT_EQ(batch.affected[0].events.size(), 2U);
  EXPECT_EQ(batch.affected[0].events[0].property, model::Property::kHomePhone);
  EXPECT_EQ(batch.affected[0].events[1].property, model::Property::kMobilePhone);
}

TYPED_TEST_P(RosterStoreContract, HeadsOfMany) {
  this->create(1, 3);
  this->add(3, model::List::kForward, 1);
  const std::vector<AccountId> accounts{AccountId(1), AccountId(3), AccountId(7)};
  auto heads = this->world.await(this->world.store().heads(accounts));
  ASSERT_EQ(heads->size(), 2U);
  EXPECT_EQ((*heads)[0].account, AccountId(1));
  EXPECT_EQ((*heads)[0].profile, profile_of(this->load(1).principal));
  EXPECT_EQ((*heads)[1].account, AccountId(3));
}

TYPED_TEST_P(RosterStoreContract, ARemovedPrincipalLeavesTheListsOfOthers) {
  this->create(1, 4);
  auto& store = this->world.store();
  this->add(1, model::List::kForward, 2);
  this->add(2, model::List::kForward, 1);
  this->add(2, model::List::kAllow, 1);
  this->add(3, model::List::kBlock, 1);
  const Serial serial = this->load(2).principal.serial;
  ASSERT_TRUE(this->world.await(store.mark_removed(AccountId(1))).ok());
  EXPECT_FALSE(this->world.await(store.load(AccountId(1)))->has_value());
  EXPECT_EQ(this->world.await(store.load_removed(AccountId(1)))->value().entries.size(), 2U);
  EXPECT_FALSE(this->world.await(store.find(World::handle(1)))->has_value());
  EXPECT_EQ(this->add(4, model::List::kForward, 1).code, 205);
  EXPECT_EQ(this->add(1, model::List::kForward, 4).kind, ChangeResult::Kind::kNoPrincipal);

  std::vector<Affected> affected;
  for (bool more = true; more;) {
    auto batch = this->world.await(store.remove_batch(AccountId(1), 1));
    ASSERT_TRUE(batch.ok());
    for (auto& one : batch->affected) affected.push_back(std::move(one));
    more = batch->next.has_value();
  }
  ASSERT_EQ(affected.size(), 2U);
  EXPECT_EQ(affected[0].account, AccountId(2));
  ASSERT_EQ(affected[0].events.size(), 3U);
  EXPECT_EQ(affected[0].events[0].kind, model::RosterEvent::Kind::kSilent);
  EXPECT_EQ(affected[0].events[2].kind, model::RosterEvent::Kind::kReverseRemoved);
  EXPECT_EQ(affected[0].events[2].other, World::handle(1));
  EXPECT_EQ(affected[0].profile, profile_of(this->load(2).principal));
  EXPECT_EQ(this->journal(2, serial.value()).events, affected[0].events);
  EXPECT_EQ(this->load(2).principal.counts, (std::array<std::uint32_t, 3>{}));
  EXPECT_TRUE(this->load(2).entries.empty());
  EXPECT_EQ(affected[1].events.size(), 1U);
  EXPECT_FALSE(this->world.await(store.load_removed(AccountId(1)))->has_value());
  // The handle is free for another account.
  const std::vector<NewPrincipal> principals{{AccountId(9), World::handle(1), "n"}};
  EXPECT_TRUE(*this->world.await(store.ensure_principals(principals)));
}

TYPED_TEST_P(RosterStoreContract, CrossingChangesBothHappen) {
  this->create(1, 2);
  auto& store = this->world.store();
  const auto one = this->request_of(1, 2);
  const auto two = this->request_of(2, 1);
  auto first = store.change(one, this->rule(this->add_of(model::List::kForward, 2)));
  auto second = store.change(two, this->rule(this->add_of(model::List::kForward, 1)));
  EXPECT_EQ(this->world.await(first)->kind, ChangeResult::Kind::kCommitted);
  EXPECT_EQ(this->world.await(second)->kind, ChangeResult::Kind::kCommitted);
  EXPECT_EQ(this->load(1).principal.serial, Serial(3));
  EXPECT_EQ(this->load(2).principal.serial, Serial(3));
  const Entry mine = this->row(1, 2);
  EXPECT_TRUE(mine.forward && mine.in_forward);
}

TYPED_TEST_P(RosterStoreContract, GenerationsRise) {
  auto& store = this->world.store();
  const auto first = *this->world.await(store.next_generation());
  EXPECT_GT(first, 0U);
  EXPECT_GT(*this->world.await(store.next_generation()), first);
}

REGISTER_TYPED_TEST_SUITE_P(RosterStoreContract, NobodyHasNothing, ANewPrincipalHasTheDefaults,
                            EnsuringAgainChangesNothing, AHandleBelongsToOneAccount,
                            AChangeIsStoredOnBothSides, EveryColumnComesBack, ARowWithoutBitsGoes,
                            ARepeatIsAnsweredFromMemory, AnOlderAttemptIsStale,
                            AnAttemptFromOutsideIsInNoOrder, ARefusalStoresNothing,
                            TheOtherMayBeOneself, TellsWhatWasMissed, TheJournalIsReadInPages,
                            ATrimmedJournalSaysSo, NumbersFollowInBatches,
                            ASpreadRepeatedTellsTheSame, ASpreadMakesUpForThoseBefore,

                            HeadsOfMany, ARemovedPrincipalLeavesTheListsOfOthers,
                            CrossingChangesBothHappen, GenerationsRise);

}  // namespace monarch::presence::testing
