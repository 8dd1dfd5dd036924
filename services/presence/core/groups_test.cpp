// RMG over in-memory ports: what its contacts are told, in how many steps, and that a presence that
// dies between any two of them leaves nothing undone
// (docs/decisions/0011-groups-go-in-two-steps.md).
#include <gtest/gtest.h>
#include <map>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::List;
using model::RosterEvent;
using model::RosterHint;
using model::Status;
using testing::Fate;
using testing::World;

class GroupsTest : public ::testing::Test {
 protected:
  // 1 has 2 and 3 in group 1 alone, 4 there and in group 0. 2 and 4 are signed in.
  void start(World& fresh) {
    for (std::uint64_t n = 1; n <= 4; ++n) fresh.create(n);
    one = fresh.online(1);
    fresh.open(2, 200, "n2");
    fresh.open(4, 400, "n4");
    fresh.changed(model::AddGroup{World::attempt(one), "Work"});
    for (std::uint64_t n = 2; n <= 4; ++n) add(fresh, n, 1);
    add(fresh, 4, 0);
    fresh.bus.published.clear();
  }
  void add(World& to, std::uint64_t n, model::GroupId group) {
    auto request = World::add_request(one, List::kForward, n);
    request.group = group;
    to.changed(request);
  }
  model::RemoveGroup request() { return {{one.ref, one.sequence + 1, Serial(0)}, 1}; }

  // Nothing is left undone, and who was signed in has been told.
  static void expect_done(World& of) {
    const auto roster = of.store.peek(AccountId(1));
    EXPECT_EQ(roster->principal.unlink_owed, 0U);
    EXPECT_EQ(roster->principal.counts[0], 1U);
    ASSERT_EQ(roster->entries.size(), 1U);
    EXPECT_EQ(roster->entries[0].other, AccountId(4));
    EXPECT_EQ(roster->entries[0].groups, 1U);
    EXPECT_TRUE(of.store.peek(AccountId(2))->entries.empty());
    EXPECT_TRUE(of.store.peek(AccountId(3))->entries.empty());
    EXPECT_EQ(of.store.peek(AccountId(2))->principal.serial, Serial(3));
    EXPECT_EQ(of.store.peek(AccountId(3))->principal.serial, Serial(3));
    EXPECT_EQ(of.store.peek(AccountId(4))->principal.serial, Serial(2));
    EXPECT_EQ(of.index.peek(AccountId(2)).profile.serial, Serial(3));
    EXPECT_EQ(of.index.peek(AccountId(3)).profile.serial, Serial(3));
  }
  // By recipient; the same one may come more than once.
  static std::map<std::uint64_t, RosterEvent> told(World& of) {
    std::map<std::uint64_t, RosterEvent> events;
    for (const auto& hint : of.take_hints<RosterHint>()) {
      events[hint.recipient.value()] = hint.event;
    }
    return events;
  }
  static void expect_told(World& of) {
    const auto events = told(of);
    ASSERT_EQ(events.size(), 1U);
    const auto& event = events.at(200);
    EXPECT_EQ(event.kind, RosterEvent::Kind::kReverseRemoved);
    EXPECT_EQ(event.other, World::handle(1));
    EXPECT_EQ(event.serial, Serial(3));
  }

  World::Session one;
};

TEST_F(GroupsTest, GoWithWhoIsInNoOtherAndTellThem) {
  World world;
  start(world);
  world.store.calls = world.index.round_trips = world.bus.round_trips = 0;
  const auto changed = world.changed(request());
  // Two transactions: his own rows, and one batch of the others'.
  EXPECT_EQ(world.store.calls, 2U);
  EXPECT_EQ(world.index.round_trips, 2U);
  EXPECT_EQ(world.bus.round_trips, 1U);
  EXPECT_EQ(changed.removed, (std::vector<AccountId>{AccountId(2), AccountId(3)}));
  EXPECT_EQ(changed.serial, world.store.peek(AccountId(1))->principal.serial);
  expect_done(world);
  expect_told(world);
}

TEST_F(GroupsTest, AnEmptyGroupIsOneTransactionAndTellsNobody) {
  World world;
  start(world);
  const auto made = world.changed(model::AddGroup{World::attempt(one), "Empty"});
  EXPECT_EQ(made.group, 2);
  world.store.calls = world.bus.round_trips = 0;
  const auto changed = world.changed(model::RemoveGroup{World::attempt(one), 2});
  EXPECT_TRUE(changed.removed.empty());
  EXPECT_EQ(world.store.calls, 1U);
  EXPECT_EQ(world.bus.round_trips, 0U);
}

TEST_F(GroupsTest, PresenceMayDieBetweenAnyTwoSteps) {
  bool finished = false;
  for (std::size_t steps = 0; !finished; ++steps) {
    ASSERT_LT(steps, 100U);
    World doomed;
    start(doomed);
    {
      TaskScope scope;
      const auto run = [](Task<model::Reply> task, bool& done) -> Task<void> {
        const auto reply = co_await task;
        done = std::holds_alternative<model::Changed>(reply);
      };
      scope.spawn(run(doomed.presence.handle(request()), finished));
      for (std::size_t i = 0; i < steps; ++i) doomed.steps.run_one();
    }
    SCOPED_TRACE("died after " + std::to_string(steps));
    Presence second(doomed.store, doomed.index, doomed.bus, doomed.directory, {});
    const auto reply = doomed.steps.await(second.handle(request()));
    doomed.steps.run_all();
    const auto* changed = std::get_if<model::Changed>(&reply);
    ASSERT_NE(changed, nullptr);
    EXPECT_EQ(changed->removed.size(), 2U);
    expect_done(doomed);
    expect_told(doomed);
  }
}

class OwedTest : public GroupsTest {
 protected:
  OwedTest() {
    start(world);
    world.store.fates = [](const char* call) {
      return std::string_view(call) == "unlink" ? Fate::kFailed : Fate::kDone;
    };
    const auto reply = world.ask(request());
    ++one.sequence;
    MONARCH_ASSERT(std::holds_alternative<model::Failed>(reply));
    world.store.fates = nullptr;
    MONARCH_ASSERT(world.store.peek(AccountId(1))->principal.unlink_owed != 0);
  }
  World world;
};

TEST_F(OwedTest, IsPaidByTheComparison) {
  model::Compare compare;
  compare.node = NodeId("n1");
  compare.sessions.push_back({one.ref, Serial(), std::nullopt, false, {}});
  world.ask(compare);
  expect_done(world);
  expect_told(world);
}

TEST_F(OwedTest, IsPaidAtTheNextSignIn) {
  world.ask(model::CloseSession{one.ref});
  world.open(1, 101, "n9");
  expect_done(world);
  expect_told(world);
}

TEST_F(OwedTest, IsPaidWithTheNextGroupThatGoes) {
  world.changed(model::AddGroup{World::attempt(one), "Empty"});
  const auto changed = world.changed(model::RemoveGroup{World::attempt(one), 1});
  EXPECT_TRUE(changed.removed.empty()) << "they are gone for this client already";
  expect_done(world);
  expect_told(world);
}

TEST_F(OwedTest, WhoComesBackIsToldOfBoth) {
  add(world, 2, 0);
  std::vector<RosterEvent::Kind> kinds;
  for (const auto& hint : world.take_hints<RosterHint>()) kinds.push_back(hint.event.kind);
  EXPECT_EQ(kinds,
            (std::vector{RosterEvent::Kind::kReverseRemoved, RosterEvent::Kind::kReverseAdded}));
  EXPECT_TRUE(world.store.peek(AccountId(2))->entries.at(0).in_forward);
}

// ARCHITECTURE.md#rule-9: however many contacts go, no more than kBatchMax of their accounts are
// locked at once.
TEST(GroupsAtScale, ManyFollowInBatches) {
  constexpr std::uint64_t kMany = 1200;
  Settings settings;
  settings.rules.forward_max = 2 * kMany;
  World world(settings);
  for (std::uint64_t n = 1; n <= kMany + 1; ++n) world.create(n);
  auto one = world.online(1);
  world.changed(model::AddGroup{World::attempt(one), "Work"});
  for (std::uint64_t n = 2; n <= kMany + 1; ++n) {
    auto request = World::add_request(one, List::kForward, n);
    request.group = 1;
    world.changed(request);
  }
  world.store.calls = 0;
  const auto changed = world.changed(model::RemoveGroup{World::attempt(one), 1});
  EXPECT_EQ(changed.removed.size(), kMany);
  EXPECT_EQ(world.store.calls, 1 + (kMany + kBatchMax - 1) / kBatchMax);
  EXPECT_TRUE(world.store.peek(AccountId(1))->entries.empty());
  for (std::uint64_t n = 2; n <= kMany + 1; ++n) {
    ASSERT_EQ(world.store.peek(AccountId(n))->principal.serial, Serial(3));
  }
}

}  // namespace
}  // namespace monarch::presence
