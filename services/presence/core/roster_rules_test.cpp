// Every row of the tables of docs/protocol/notification.md (ADD, REM, REA, PRP, GTC, BLP) and of
// docs/protocol/presence-and-privacy.md, section 4.
#include "presence/core/roster_rules.hpp"

#include <gtest/gtest.h>

namespace monarch::presence {
namespace {

using Audience = Aftermath::Audience;
using model::List;
using model::Property;
using model::RosterEvent;

constexpr Serial kMine{10};
constexpr Serial kHis{20};

class RosterRulesTest : public ::testing::Test {
 protected:
  RosterRulesTest() {
    view.self.account = AccountId(1);
    view.self.handle = Handle::trusted("a@example.com");
    view.self.friendly_name = "A";
    view.self.serial = kMine;
    view.self.revision = 100;
    view.other.emplace();
    view.other->account = AccountId(2);
    view.other->handle = Handle::trusted("b@example.com");
    view.other->friendly_name = "B";
    view.other->serial = kHis;
    view.other->revision = 200;
    view.mine.other = AccountId(2);
    view.mine.handle = view.other->handle;
    view.theirs.other = AccountId(1);
    view.theirs.handle = view.self.handle;
  }

  void in_forward() {
    view.mine.forward = view.theirs.in_forward = true;
    view.mine.groups = 1;
  }
  void in_allow() { view.mine.allow = view.theirs.in_allow = true; }
  void in_block() { view.mine.block = view.theirs.in_block = true; }
  void watched() { view.mine.in_forward = view.theirs.forward = true; }
  void oneself() {
    view.other = view.self;
    view.mine = view.theirs = Entry{};
  }

  Decision add(List list, std::optional<model::GroupId> group = std::nullopt) {
    model::AddContact request;
    request.list = list;
    request.handle = view.other ? view.other->handle.value() : "nobody@example.com";
    request.name = "nick";
    request.group = group;
    return checked(decide(rules, view, request));
  }
  Decision remove(List list, std::optional<model::GroupId> group = std::nullopt) {
    view.self.counts.at(static_cast<std::size_t>(list)) = 1;
    model::RemoveContact request;
    request.list = list;
    request.group = group;
    return checked(decide(rules, view, request));
  }
  Decision rename(const char* handle, const char* name) {
    model::Rename request;
    request.handle = handle;
    request.name = name;
    return checked(decide(rules, view, request));
  }
  Decision set(Property property, const char* value) {
    view.other.reset();
    model::SetProperty request;
    request.property = property;
    request.value = value;
    return checked(decide(rules, view, request));
  }

  // What holds of every decision.
  Decision checked(Decision decision) {
    if (decision.refused) return decision;
    const auto& told = decision.aftermath;
    EXPECT_EQ(told.self.account, view.self.account);
    EXPECT_EQ(told.self.profile, profile_of(decision.self));
    EXPECT_EQ(told.other.has_value(), decision.other.has_value());
    EXPECT_EQ(decode_aftermath(encode(told)), told);
    expect_events(view.self.serial, decision.self.serial, told.self.events);
    if (decision.other) {
      EXPECT_EQ(told.other->profile, profile_of(*decision.other));
      EXPECT_EQ(decision.other->revision, view.other->revision + 1);
      expect_events(view.other->serial, decision.other->serial, told.other->events);
      const Entry& mine = *decision.mine;
      const Entry& theirs = *decision.theirs;
      EXPECT_EQ(mine.forward, theirs.in_forward);
      EXPECT_EQ(mine.allow, theirs.in_allow);
      EXPECT_EQ(mine.block, theirs.in_block);
    }
    return decision;
  }
  static void expect_events(Serial before, Serial after, const std::vector<RosterEvent>& events) {
    for (const auto& event : events) {
      before = next(before);
      EXPECT_EQ(event.serial, before);
    }
    EXPECT_EQ(before, after);
  }
  // What he is told, kind by kind.
  static std::vector<RosterEvent::Kind> kinds(const Decision& decision) {
    std::vector<RosterEvent::Kind> all;
    if (decision.aftermath.other) {
      for (const auto& event : decision.aftermath.other->events) all.push_back(event.kind);
    }
    return all;
  }
  using Kinds = std::vector<RosterEvent::Kind>;
  static constexpr auto kSilent = RosterEvent::Kind::kSilent;
  static constexpr auto kNumber = RosterEvent::Kind::kNumber;

  RosterRules rules;
  PairView view;
};

TEST_F(RosterRulesTest, AddForward) {
  const auto decision = add(List::kForward);
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.self.revision, 101U);
  EXPECT_EQ(decision.self.counts[0], 1U);
  EXPECT_TRUE(decision.mine->forward);
  EXPECT_EQ(decision.mine->forward_name, "nick");
  EXPECT_EQ(decision.mine->groups, 1U);
  EXPECT_EQ(decision.mine->forward_order, 101U);
  EXPECT_EQ(decision.theirs->reverse_name, "A");
  EXPECT_EQ(decision.theirs->reverse_order, 201U);
  ASSERT_EQ(kinds(decision), Kinds{RosterEvent::Kind::kReverseAdded});
  const auto& event = decision.aftermath.other->events[0];
  EXPECT_EQ(event.other, view.self.handle);
  EXPECT_EQ(event.value, "A");
  EXPECT_EQ(event.serial, next(kHis));
  EXPECT_TRUE(decision.aftermath.added);
  EXPECT_EQ(decision.aftermath.audience, Audience::kNobody);
}

TEST_F(RosterRulesTest, AddForwardShowsNumbersOnlyToThoseAllowed) {
  view.other->numbers.home = "555";
  EXPECT_EQ(add(List::kForward).mine->numbers, model::Numbers{});
  view.mine.in_allow = view.theirs.allow = true;
  EXPECT_EQ(add(List::kForward).mine->numbers.home, "555");
}

TEST_F(RosterRulesTest, AddForwardByABlockedOneHappensAllTheSame) {
  view.mine.in_block = view.theirs.block = true;
  EXPECT_EQ(kinds(add(List::kForward)), Kinds{RosterEvent::Kind::kReverseAdded});
}

TEST_F(RosterRulesTest, AddToAGroup) {
  view.self.groups.push_back({3, "Friends"});
  EXPECT_EQ(add(List::kForward, 3).mine->groups, 8U);
  in_forward();
  const auto decision = add(List::kForward, 3);
  EXPECT_EQ(decision.mine->groups, 9U);
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.self.counts[0], 0U);
  EXPECT_FALSE(decision.other.has_value());
  EXPECT_FALSE(decision.aftermath.added);
}

TEST_F(RosterRulesTest, ChecksOfAddInTheirOrder) {
  // Each step repairs the check before and still fails the one after.
  view.self.counts = {150, 1000, 1000};
  in_forward();
  in_block();
  const auto other = view.other;
  view.other.reset();
  EXPECT_EQ(add(List::kForward, 7).refused, 205);
  view.other = other;
  EXPECT_EQ(add(List::kForward, 7).refused, 224);
  EXPECT_EQ(add(List::kForward, 0).refused, 215);
  EXPECT_EQ(add(List::kForward).refused, 215);
  EXPECT_EQ(add(List::kBlock).refused, 215);
  EXPECT_EQ(add(List::kAllow).refused, 219);
  view.mine = view.theirs = Entry{};
  EXPECT_EQ(add(List::kAllow).refused, 210);
  in_allow();
  EXPECT_EQ(add(List::kBlock).refused, 219);
  view.mine = view.theirs = Entry{};
  EXPECT_EQ(add(List::kForward).refused, 210);
  oneself();
  EXPECT_EQ(add(List::kForward).refused, 210);
  EXPECT_EQ(add(List::kForward, 7).refused, 224);
  view.self.counts = {};
  for (const auto list : {List::kForward, List::kAllow, List::kBlock}) {
    EXPECT_EQ(add(list).refused, 201);
  }
}

TEST_F(RosterRulesTest, LimitsAreTheLists) {
  view.self.counts = {149, 999, 999};
  for (const auto list : {List::kForward, List::kAllow, List::kBlock}) {
    EXPECT_FALSE(add(list).refused.has_value());
  }
  view.self.counts = {150, 999, 999};
  EXPECT_EQ(add(List::kForward).refused, 210);
  // One who is in FL already may get another group when the list is full.
  in_forward();
  view.self.groups.push_back({3, "Friends"});
  EXPECT_FALSE(add(List::kForward, 3).refused.has_value());
}

TEST_F(RosterRulesTest, AddAllow) {
  const auto decision = add(List::kAllow);
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.self.counts[1], 1U);
  EXPECT_EQ(decision.mine->allow_name, "nick");
  EXPECT_EQ(decision.mine->allow_order, 101U);
  EXPECT_EQ(kinds(decision), Kinds{});
  EXPECT_EQ(decision.aftermath.audience, Audience::kNobody);
}

TEST_F(RosterRulesTest, AddAllowGivesTheNumbersToAWatcher) {
  view.self.numbers = {"1", "", "3", true};
  EXPECT_EQ(kinds(add(List::kAllow)), Kinds{});
  watched();
  const auto decision = add(List::kAllow);
  ASSERT_EQ(kinds(decision), (Kinds{kNumber, kNumber, kNumber}));
  const auto& events = decision.aftermath.other->events;
  EXPECT_EQ(events[0].property, Property::kHomePhone);
  EXPECT_EQ(events[1].property, Property::kMobilePhone);
  EXPECT_EQ(events[2].property, Property::kMobile);
  EXPECT_EQ(events[2].value, "Y");
  EXPECT_EQ(decision.theirs->numbers, view.self.numbers);
  EXPECT_EQ(decision.theirs->numbers_cause, decision.self.revision);
}

TEST_F(RosterRulesTest, RemoveAllowTakesTheNumbersWithoutALine) {
  in_allow();
  watched();
  EXPECT_EQ(kinds(remove(List::kAllow)), Kinds{});
  view.self.numbers = {"1", "2", "3", true};
  view.theirs.numbers = view.self.numbers;
  const auto decision = remove(List::kAllow);
  EXPECT_EQ(kinds(decision), Kinds{kSilent});
  EXPECT_EQ(decision.theirs->numbers, model::Numbers{});
  view.theirs.forward = view.mine.in_forward = false;
  EXPECT_EQ(kinds(remove(List::kAllow)), Kinds{});
}

// BLP, list, in which list before, whether he watches: audience after ADD and after REM.
TEST_F(RosterRulesTest, PresenceIsRecomputedWhereItChanges) {
  struct Row {
    bool blp_allow;
    List list;
    bool changes;
  };
  // With BLP AL being on AL changes nothing, being on BL does; with BLP BL the other way round.
  constexpr Row kRows[] = {{true, List::kAllow, false},
                           {true, List::kBlock, true},
                           {false, List::kAllow, true},
                           {false, List::kBlock, false}};
  for (const auto& row : kRows) {
    for (const bool watches : {false, true}) {
      view.mine = view.theirs = Entry{};
      view.mine.other = AccountId(2);
      view.self.allow = row.blp_allow;
      if (watches) watched();
      const auto expected = row.changes && watches ? Audience::kOther : Audience::kNobody;
      EXPECT_EQ(add(row.list).aftermath.audience, expected);
      row.list == List::kAllow ? in_allow() : in_block();
      EXPECT_EQ(remove(row.list).aftermath.audience, expected);
    }
  }
}

TEST_F(RosterRulesTest, WithDenyTheAllowListAloneDecides) {
  rules.without_allow = PresenceWithoutAllow::kDeny;
  watched();
  EXPECT_EQ(add(List::kAllow).aftermath.audience, Audience::kOther);
  EXPECT_EQ(add(List::kBlock).aftermath.audience, Audience::kNobody);
}

TEST_F(RosterRulesTest, BlockMovesNoSerialOfTheOther) {
  watched();
  view.self.numbers.home = "1";
  EXPECT_EQ(kinds(add(List::kBlock)), Kinds{});
  EXPECT_EQ(add(List::kBlock).mine->block_name, "nick");
  in_block();
  EXPECT_EQ(kinds(remove(List::kBlock)), Kinds{});
}

TEST_F(RosterRulesTest, RemoveForward) {
  in_forward();
  view.mine.numbers.home = "5";
  const auto decision = remove(List::kForward);
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.self.counts[0], 0U);
  EXPECT_TRUE(decision.mine->empty());
  EXPECT_EQ(decision.mine->numbers, model::Numbers{});
  EXPECT_EQ(kinds(decision), Kinds{RosterEvent::Kind::kReverseRemoved});
  EXPECT_TRUE(decision.aftermath.removed);
  EXPECT_EQ(decision.aftermath.audience, Audience::kNobody);
}

TEST_F(RosterRulesTest, RemoveFromAGroup) {
  in_forward();
  view.self.groups.push_back({3, "Friends"});
  view.mine.groups = 9;
  const auto decision = remove(List::kForward, 3);
  EXPECT_EQ(decision.mine->groups, 1U);
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_FALSE(decision.other.has_value());
  EXPECT_FALSE(decision.aftermath.removed);
  // The last one: he leaves the list.
  view.mine.groups = 8;
  EXPECT_TRUE(remove(List::kForward, 3).aftermath.removed);
}

TEST_F(RosterRulesTest, ChecksOfRemoveInTheirOrder) {
  for (const auto list : {List::kForward, List::kAllow, List::kBlock}) {
    EXPECT_EQ(remove(list, 7).refused, 216);
  }
  in_forward();
  EXPECT_EQ(remove(List::kForward, 7).refused, 224);
  view.self.groups.push_back({7, "x"});
  EXPECT_EQ(remove(List::kForward, 7).refused, 225);
  view.other.reset();
  EXPECT_EQ(remove(List::kForward).refused, 216);
}

TEST_F(RosterRulesTest, RenameOfOneself) {
  oneself();
  const auto decision = rename("a@example.com", "New");
  EXPECT_EQ(decision.self.friendly_name, "New");
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.aftermath.audience, Audience::kWatchers);
  const auto same = rename("a@example.com", "A");
  EXPECT_EQ(same.self.serial, next(kMine));
  EXPECT_EQ(same.aftermath.audience, Audience::kNobody);
}

TEST_F(RosterRulesTest, RenameOfAContact) {
  EXPECT_EQ(rename("b@example.com", "x").refused, 216);
  watched();  // only in RL
  EXPECT_EQ(rename("b@example.com", "x").refused, 216);
  in_forward();
  in_block();
  const auto decision = rename("b@example.com", "x");
  EXPECT_EQ(decision.mine->forward_name, "x");
  EXPECT_EQ(decision.mine->block_name, "x");
  EXPECT_TRUE(decision.mine->allow_name.empty());
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_FALSE(decision.other.has_value());
  EXPECT_EQ(decision.self.friendly_name, "A");
  view.other.reset();
  EXPECT_EQ(rename("nobody@example.com", "x").refused, 216);
}

TEST_F(RosterRulesTest, ANumberIsSpread) {
  view.self.counts[1] = 1;
  const auto decision = set(Property::kHomePhone, "555");
  EXPECT_EQ(decision.self.numbers.home, "555");
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.aftermath.spread, decision.self.revision);
  EXPECT_EQ(decision.self.spread_owed, decision.self.revision);
  EXPECT_EQ(decision.aftermath.value, "555");
}

TEST_F(RosterRulesTest, ANumberSetAlreadyIsToldToNobody) {
  view.self.counts[1] = 1;
  view.self.numbers.home = "555";
  const auto same = set(Property::kHomePhone, "555");
  EXPECT_EQ(same.self.serial, next(kMine));
  EXPECT_EQ(same.aftermath.spread, 0U);
  // But what is still owed is told along.
  view.self.spread_owed = 77;
  EXPECT_EQ(set(Property::kHomePhone, "555").aftermath.spread, 77U);
}

TEST_F(RosterRulesTest, ANumberOfSomeoneWhoAllowsNobodyGoesNowhere) {
  const auto decision = set(Property::kHomePhone, "555");
  EXPECT_EQ(decision.aftermath.spread, 0U);
  EXPECT_EQ(decision.self.spread_owed, 0U);
}

TEST_F(RosterRulesTest, ClearingAPhone) {
  view.self.counts[1] = 1;
  view.self.numbers.mobile = "555";
  const auto decision = set(Property::kMobilePhone, "");
  EXPECT_TRUE(decision.self.numbers.mobile.empty());
  EXPECT_NE(decision.aftermath.spread, 0U);
  EXPECT_EQ(decision.aftermath.value, "");
}

TEST_F(RosterRulesTest, PagingNeedsADevice) {
  view.self.counts[1] = 1;
  const auto without = set(Property::kMobile, "Y");
  EXPECT_EQ(without.self.serial, kMine);
  EXPECT_EQ(without.aftermath.value, "N");
  EXPECT_FALSE(without.self.numbers.pages);
  const auto device = set(Property::kMobileDevice, "Y");
  EXPECT_TRUE(device.self.mobile_device);
  EXPECT_EQ(device.self.serial, next(kMine));
  EXPECT_EQ(device.aftermath.spread, 0U);
  EXPECT_EQ(device.aftermath.value, "Y");
  view.self = device.self;
  const auto with = set(Property::kMobile, "Y");
  EXPECT_TRUE(with.self.numbers.pages);
  EXPECT_EQ(with.aftermath.value, "Y");
  EXPECT_NE(with.aftermath.spread, 0U);
}

TEST_F(RosterRulesTest, Prompting) {
  model::SetPrompting request;
  EXPECT_EQ(decide(rules, view, request).refused, 218);
  request.ask = false;
  const auto decision = checked(decide(rules, view, request));
  EXPECT_FALSE(decision.self.ask);
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.aftermath.audience, Audience::kNobody);
}

TEST_F(RosterRulesTest, DefaultPrivacy) {
  view.other.reset();
  model::SetDefaultPrivacy request;
  EXPECT_EQ(decide(rules, view, request).refused, 218);
  request.allow = false;
  const auto decision = checked(decide(rules, view, request));
  EXPECT_FALSE(decision.self.allow);
  EXPECT_EQ(decision.self.serial, next(kMine));
  EXPECT_EQ(decision.aftermath.audience, Audience::kUndecided);
  rules.without_allow = PresenceWithoutAllow::kDeny;
  EXPECT_EQ(decide(rules, view, request).aftermath.audience, Audience::kNobody);
}

TEST_F(RosterRulesTest, SerialsWrapToOne) {
  view.self.serial = Serial(4294967295U);
  view.other->serial = Serial(4294967295U);
  const auto decision = add(List::kForward);
  EXPECT_EQ(decision.self.serial, Serial(1));
  EXPECT_EQ(decision.other->serial, Serial(1));
}

TEST(AftermathCodec, RefusesWhatItDoesNotKnow) {
  Aftermath aftermath;
  aftermath.other.emplace();
  aftermath.value = "v";
  const std::string bytes = encode(aftermath);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(decode_aftermath(std::string_view(bytes).substr(0, size)).has_value());
  }
  EXPECT_FALSE(decode_aftermath(bytes + "x").has_value());
  std::string other_format = bytes;
  other_format[0] = 9;
  EXPECT_FALSE(decode_aftermath(other_format).has_value());
}

}  // namespace
}  // namespace monarch::presence
