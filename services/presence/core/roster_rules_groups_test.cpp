// Groups: every row of docs/protocol/notification.md#adg-reg-rmg-7, and what a user's own journal
// says of his own changes.
#include <gtest/gtest.h>

#include "presence/core/roster_rules.hpp"

namespace monarch::presence {
namespace {

using model::List;
using model::RosterEvent;

class GroupRulesTest : public ::testing::Test {
 protected:
  GroupRulesTest() {
    view.self.account = AccountId(1);
    view.self.handle = Handle::trusted("a@example.com");
    view.self.serial = Serial(10);
    view.self.revision = 100;
    view.self.groups = {{0, "~"}, {1, "Work"}, {3, "Friends"}};
  }

  Decision add(std::string name) {
    model::AddGroup request;
    request.name = std::move(name);
    return checked(decide(rules, view, request));
  }
  Decision rename(model::GroupId group, std::string name) {
    model::RenameGroup request;
    request.group = group;
    request.name = std::move(name);
    return checked(decide(rules, view, request));
  }
  Decision remove(model::GroupId group) {
    model::RemoveGroup request;
    request.group = group;
    return checked(decide(rules, view, request));
  }
  void member(std::uint64_t id, model::GroupSet groups) {
    Entry entry;
    entry.other = AccountId(id);
    entry.handle = Handle::trusted("u" + std::to_string(id) + "@example.com");
    entry.forward = true;
    entry.forward_name = "nick";
    entry.forward_order = id;
    entry.groups = groups;
    entry.in_allow = true;
    entry.numbers.home = "5";
    entry.numbers_cause = 7;
    view.members.push_back(entry);
    ++view.self.counts[0];
  }

  Decision checked(Decision decision) {
    if (decision.refused) return decision;
    EXPECT_EQ(decision.self.serial, next(view.self.serial));
    EXPECT_EQ(decision.self.revision, view.self.revision + 1);
    EXPECT_EQ(decision.aftermath.self.profile, profile_of(decision.self));
    EXPECT_EQ(decision.aftermath.self.events.size(), 1U);
    EXPECT_EQ(decision.aftermath.self.events[0].kind, RosterEvent::Kind::kSilent);
    EXPECT_EQ(decision.aftermath.audience, Aftermath::Audience::kNobody);
    EXPECT_FALSE(decision.other.has_value());
    EXPECT_FALSE(decision.mine.has_value());
    EXPECT_EQ(decode_aftermath(encode(decision.aftermath)), decision.aftermath);
    return decision;
  }

  RosterRules rules;
  PairView view;
};

TEST_F(GroupRulesTest, ANewGroupTakesTheLowestFreeNumber) {
  const auto decision = add("New");
  EXPECT_EQ(decision.aftermath.group, 2);
  const std::vector<model::Group> expected{{0, "~"}, {1, "Work"}, {2, "New"}, {3, "Friends"}};
  EXPECT_EQ(decision.self.groups, expected);
}

TEST_F(GroupRulesTest, ANameMayBeThereTwice) {
  EXPECT_EQ(add("Work").aftermath.group, 2);
  EXPECT_FALSE(rename(3, "Work").refused.has_value());
}

TEST_F(GroupRulesTest, ThirtyAreTheLimitAndComeBeforeTheName) {
  view.self.groups.clear();
  for (model::GroupId id = 0; id < 29; ++id) view.self.groups.push_back({id, "g"});
  EXPECT_EQ(add(std::string(62, 'x')).refused, 229);
  const auto last = add(std::string(61, 'x'));
  EXPECT_EQ(last.aftermath.group, 29);
  view.self = last.self;
  EXPECT_EQ(add("x").refused, 223);
  EXPECT_EQ(add(std::string(62, 'x')).refused, 223);
}

TEST_F(GroupRulesTest, Rename) {
  EXPECT_EQ(rename(0, "Others").self.groups[0], (model::Group{0, "Others"}));
  EXPECT_EQ(rename(3, std::string(61, 'x')).self.groups[2].name, std::string(61, 'x'));
  EXPECT_EQ(rename(2, "x").refused, 224);
  EXPECT_EQ(rename(3, std::string(62, 'x')).refused, 229);
}

TEST_F(GroupRulesTest, RemoveChecks) {
  EXPECT_EQ(remove(0).refused, 230);
  EXPECT_EQ(remove(2).refused, 224);
}

TEST_F(GroupRulesTest, AnEmptyGroupJustGoes) {
  const auto decision = remove(3);
  EXPECT_EQ(decision.self.groups, (std::vector<model::Group>{{0, "~"}, {1, "Work"}}));
  EXPECT_TRUE(decision.members.empty());
  EXPECT_TRUE(decision.aftermath.left.empty());
  EXPECT_EQ(decision.self.unlink_owed, 0U);
}

TEST_F(GroupRulesTest, WhoIsInNoOtherGroupLeavesTheList) {
  member(2, 8);   // only there
  member(5, 10);  // also in group 1
  view.self.counts[0] = 4;
  const auto decision = remove(3);
  EXPECT_EQ(decision.self.counts[0], 3U);
  EXPECT_EQ(decision.self.unlink_owed, decision.self.revision);
  EXPECT_EQ(decision.aftermath.left, std::vector<AccountId>{AccountId(2)});
  EXPECT_TRUE(decision.aftermath.overdue.empty());
  ASSERT_EQ(decision.members.size(), 2U);
  const Entry& gone = decision.members[0];
  EXPECT_EQ(gone.other, AccountId(2));
  EXPECT_FALSE(gone.forward);
  EXPECT_TRUE(gone.unlink_owed);
  EXPECT_TRUE(gone.in_allow);
  EXPECT_EQ(gone.groups, 0U);
  EXPECT_EQ(gone.forward_order, 0U);
  EXPECT_EQ(gone.numbers, model::Numbers{});
  EXPECT_TRUE(gone.forward_name.empty());
  Entry stays = view.members[1];
  stays.groups = 2;
  EXPECT_EQ(decision.members[1], stays);
}

// What an earlier removal still owes, because presence died and its session with it, is told along.
TEST_F(GroupRulesTest, WhatIsOverdueComesAlong) {
  Entry owed;
  owed.other = AccountId(4);
  owed.unlink_owed = true;
  view.members.push_back(owed);
  view.self.unlink_owed = 50;
  const auto decision = remove(3);
  EXPECT_TRUE(decision.members.empty());
  EXPECT_TRUE(decision.aftermath.left.empty());
  EXPECT_EQ(decision.aftermath.overdue, std::vector<AccountId>{AccountId(4)});
  EXPECT_EQ(decision.self.unlink_owed, decision.self.revision);
  EXPECT_EQ(decision.self.counts[0], 0U);
}

// ---- the owner's own journal --------------------------------------------------------------------

class OwnJournalTest : public ::testing::Test {
 protected:
  OwnJournalTest() {
    view.self.account = AccountId(1);
    view.self.handle = Handle::trusted("a@example.com");
    view.self.groups = {{0, "~"}, {3, "Friends"}};
    view.self.counts = {1, 1, 1};
    view.other.emplace();
    view.other->account = AccountId(2);
    view.other->handle = Handle::trusted("b@example.com");
    view.mine.other = AccountId(2);
  }
  RosterEvent add(List list, std::optional<model::GroupId> group = std::nullopt) {
    model::AddContact request;
    request.list = list;
    request.name = "nick";
    request.group = group;
    return only(decide(rules, view, request));
  }
  RosterEvent remove(List list, std::optional<model::GroupId> group = std::nullopt) {
    model::RemoveContact request;
    request.list = list;
    request.group = group;
    return only(decide(rules, view, request));
  }
  RosterEvent only(Decision decision) {
    EXPECT_FALSE(decision.refused.has_value());
    EXPECT_EQ(decode_aftermath(encode(decision.aftermath)), decision.aftermath);
    EXPECT_EQ(decision.aftermath.self.events.size(), 1U);
    return decision.aftermath.self.events.at(0);
  }
  RosterEvent expected(RosterEvent::Kind kind, List list, std::string value = {},
                       std::optional<model::GroupId> group = std::nullopt) const {
    return {Serial(2), kind,  view.other->handle, model::Property::kHomePhone, value,
            list,      group, AccountId(2)};
  }

  RosterRules rules;
  PairView view;
};

TEST_F(OwnJournalTest, SaysWhatWasAdded) {
  using Kind = RosterEvent::Kind;
  for (const auto list : {List::kForward, List::kAllow, List::kBlock}) {
    EXPECT_EQ(add(list), expected(Kind::kListAdded, list, "nick"));
  }
  EXPECT_EQ(add(List::kForward, 3), expected(Kind::kListAdded, List::kForward, "nick", 3));
  // The stored nickname is not the one of a later ADD.
  view.mine.forward = true;
  view.mine.forward_name = "stored";
  view.mine.groups = 1;
  EXPECT_EQ(add(List::kForward, 3), expected(Kind::kGrouped, List::kForward, "stored", 3));
}

TEST_F(OwnJournalTest, SaysWhatWasRemoved) {
  using Kind = RosterEvent::Kind;
  view.mine.allow = true;
  EXPECT_EQ(remove(List::kAllow), expected(Kind::kListRemoved, List::kAllow));
  view.mine.allow = false;
  view.mine.block = true;
  EXPECT_EQ(remove(List::kBlock), expected(Kind::kListRemoved, List::kBlock));
  view.mine.forward = true;
  view.mine.groups = 9;
  EXPECT_EQ(remove(List::kForward), expected(Kind::kListRemoved, List::kForward));
  EXPECT_EQ(remove(List::kForward, 3), expected(Kind::kUngrouped, List::kForward, "", 3));
  // Out of the last group is out of the list.
  view.mine.groups = 8;
  EXPECT_EQ(remove(List::kForward, 3), expected(Kind::kListRemoved, List::kForward));
}

// He left with a group, and comes back before his own row has said so: each of the two is told.
TEST_F(OwnJournalTest, AddingWhoIsOwedHisFarewellTellsBoth) {
  view.mine.unlink_owed = true;
  view.theirs.in_forward = true;
  model::AddContact request;
  request.name = "nick";
  const auto decision = decide(rules, view, request);
  EXPECT_FALSE(decision.mine->unlink_owed);
  EXPECT_TRUE(decision.mine->forward && decision.theirs->in_forward);
  const auto& events = decision.aftermath.other->events;
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind, RosterEvent::Kind::kReverseRemoved);
  EXPECT_EQ(events[1].kind, RosterEvent::Kind::kReverseAdded);
  EXPECT_EQ(events[1].serial, next(events[0].serial));
}

// A change that a presence of the release before has stored may have to be finished by this one.
TEST(AftermathCodec, ReadsWhatTheReleaseBeforeWrote) {
  std::string bytes;
  const auto number = [&bytes](std::uint64_t value) {
    for (unsigned i = 0; i < 8; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xFFU);
  };
  const auto text = [&](std::string_view value) {
    number(value.size());
    bytes += value;
  };
  number(1);     // format
  number(7);     // self: account
  text("Name");  //   profile
  for (const std::uint64_t value : {1U, 12U, 34U}) number(value);
  number(1);  //   one event
  number(12);
  number(0);
  text("b@example.com");
  number(0);
  text("");
  number(0);  // no other
  text("a@example.com");
  text("b@example.com");
  for (const std::uint64_t value : {0U, 5U, 0U, 1U}) number(value);
  text("v");
  const auto aftermath = decode_aftermath(bytes);
  ASSERT_TRUE(aftermath.has_value());
  EXPECT_EQ(aftermath->self.account, AccountId(7));
  EXPECT_EQ(aftermath->self.events.at(0).serial, Serial(12));
  EXPECT_EQ(aftermath->spread, 5U);
  EXPECT_TRUE(aftermath->removed);
  EXPECT_EQ(aftermath->value, "v");
  EXPECT_FALSE(aftermath->group.has_value());
  EXPECT_TRUE(aftermath->left.empty());
}

}  // namespace
}  // namespace monarch::presence
