// Open, close, CHG and SYN over in-memory ports, with the round trips that they may take.
#include <gtest/gtest.h>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::Fault;
using model::KickHint;
using model::List;
using model::PresenceHint;
using model::Status;
using testing::World;

class OnlineTest : public ::testing::Test {
 protected:
  OnlineTest() {
    for (std::uint64_t n = 1; n <= 4; ++n) world.create(n);
  }
  // 2 and 3 watch 1 from nodes n2 and n3; 1 has 2 in FL.
  void befriend() {
    two = world.open(2, 200, "n2");
    three = world.open(3, 300, "n3");
    world.status(two, Status::kAway, true);
    world.status(three, Status::kBusy, true);
    world.add(two, List::kForward, 1);
    world.add(three, List::kForward, 1);
    one = world.open(1, 100, "n1");
    world.add(one, List::kForward, 2);
    world.take_hints<PresenceHint>();
  }
  Fault fault_of(const model::Reply& reply) {
    const auto* failed = std::get_if<model::Failed>(&reply);
    EXPECT_NE(failed, nullptr);
    return failed != nullptr ? failed->fault : Fault::kUnreachable;
  }
  void reset_counters() { world.store.calls = world.index.round_trips = world.bus.round_trips = 0; }
  void expect_trips(std::size_t store, std::size_t index, std::size_t bus) {
    EXPECT_EQ(world.store.calls, store);
    EXPECT_EQ(world.index.round_trips, index);
    EXPECT_EQ(world.bus.round_trips, bus);
  }

  World world;
  World::Session one, two, three;
};

TEST_F(OnlineTest, OpenTellsTokenAndName) {
  reset_counters();
  auto reply = world.ask(World::open_request(1, 100));
  const auto& opened = std::get<model::Opened>(reply);
  EXPECT_EQ(opened.friendly_name, "Name-1");
  EXPECT_EQ(opened.token, world.index.peek(AccountId(1)).token);
  EXPECT_EQ(world.index.peek(AccountId(1)).handle, World::handle(1));
  EXPECT_EQ(fault_of(world.ask(World::open_request(9, 900))), Fault::kNoPrincipal);
}

TEST_F(OnlineTest, OpenCostsOneRoundTripAndALoad) {
  world.open(4);  // fetches the generation
  reset_counters();
  const auto session = world.open(1);
  expect_trips(1, 1, 0);
  // The roster is in the cache, and the tombstone knows its revision.
  world.ask(model::CloseSession{session.ref});
  reset_counters();
  world.open(1, 101);
  expect_trips(0, 1, 0);
  // Without the tombstone the cache proves nothing.
  world.ask(model::CloseSession{{AccountId(1), SessionId(101), {}}});
  world.index.vanish(AccountId(1));
  reset_counters();
  world.open(1, 102);
  expect_trips(1, 1, 0);
}

TEST_F(OnlineTest, AStaleCacheIsNoticedAtOpen) {
  const auto session = world.open(1);
  world.ask(model::CloseSession{session.ref});
  // Another instance changes the roster while the account is offline.
  Presence other(world.store, world.index, world.bus, world.directory, {});
  auto four = world.open(4);
  auto reply = world.steps.await(other.handle(World::add_request(four, List::kForward, 1)));
  ASSERT_TRUE(std::holds_alternative<model::Changed>(reply));
  world.open(1, 101);
  EXPECT_EQ(world.presence.cache().size(), 2U);
  EXPECT_EQ(world.index.peek(AccountId(1)).profile.serial, Serial(2));
}

TEST_F(OnlineTest, StatusReachesTheWatchersInTwoRoundTrips) {
  befriend();
  world.status(one, Status::kOnline, true);
  world.take_hints<PresenceHint>();
  reset_counters();
  world.status(one, Status::kLunch);
  expect_trips(0, 1, 1);
  ASSERT_EQ(world.bus.published.size(), 2U);
  for (const auto& hint : world.take_hints<PresenceHint>()) {
    EXPECT_EQ(hint.subject.status, Status::kLunch);
    EXPECT_EQ(hint.subject.name, "Name-1");
    EXPECT_EQ(hint.subject.handle, World::handle(1));
    EXPECT_EQ(hint.subject.version, world.index.peek(AccountId(1)).version);
    EXPECT_EQ(hint.recipients.size(), 1U);
  }
}

TEST_F(OnlineTest, AChangedRosterCostsOneLoadAndOneRoundTripMore) {
  befriend();
  world.status(one, Status::kOnline);
  auto four = world.open(4, 400, "n4");
  world.add(four, List::kForward, 1);
  world.bus.published.clear();
  reset_counters();
  world.status(one, Status::kLunch);
  expect_trips(1, 2, 1);
  EXPECT_EQ(world.take_hints<PresenceHint>().size(), 3U);
}

TEST_F(OnlineTest, TheFirstStatusBringsTheForwardList) {
  befriend();
  const auto contacts = world.status(one, Status::kHidden, true);
  ASSERT_EQ(contacts.size(), 1U);
  EXPECT_EQ(contacts[0].account, AccountId(2));
  EXPECT_EQ(contacts[0].status, Status::kAway);
  EXPECT_EQ(contacts[0].name, "Name-2");
  EXPECT_EQ(contacts[0].version, world.index.peek(AccountId(2)).version);
  // Hidden is offline for everybody.
  for (const auto& hint : world.take_hints<PresenceHint>()) {
    EXPECT_EQ(hint.subject.status, Status::kOffline);
    EXPECT_TRUE(hint.subject.name.empty());
  }
  EXPECT_TRUE(world.status(one, Status::kOnline).empty());
}

TEST_F(OnlineTest, WhoBlocksIsOfflineInTheForwardList) {
  befriend();
  world.add(two, List::kBlock, 1);
  const auto contacts = world.status(one, Status::kOnline, true);
  ASSERT_EQ(contacts.size(), 1U);
  EXPECT_EQ(contacts[0].status, Status::kOffline);
  EXPECT_TRUE(contacts[0].name.empty());
}

TEST_F(OnlineTest, TheBlockedAreNotTold) {
  befriend();
  world.add(one, List::kBlock, 2);
  world.bus.published.clear();
  world.status(one, Status::kOnline);
  const auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].recipients, std::vector<SessionId>{three.ref.session});
}

TEST_F(OnlineTest, ASecondSignInKicksTheFirst) {
  befriend();
  world.status(one, Status::kOnline, true);
  world.bus.published.clear();
  const auto again = world.open(1, 101, "n9");
  const auto kicks = world.take_hints<KickHint>();
  ASSERT_EQ(kicks.size(), 1U);
  EXPECT_EQ(kicks[0].session, SessionId(100));
  EXPECT_EQ(kicks[0].reason, model::KickReason::kSignedInElsewhere);
  EXPECT_EQ(fault_of(world.ask(model::ChangeStatus{one.ref, Status::kBusy, false})),
            Fault::kFenced);
  EXPECT_EQ(fault_of(world.ask(model::Synchronize{one.ref, std::nullopt})), Fault::kFenced);
  EXPECT_EQ(fault_of(world.ask(World::add_request(one, List::kAllow, 3))), Fault::kFenced);
  EXPECT_TRUE(std::holds_alternative<model::Closed>(world.ask(model::CloseSession{one.ref})));
  EXPECT_EQ(world.index.peek(AccountId(1)).session, again.ref.session);
}

TEST_F(OnlineTest, ASecondSignInEndsThePresenceOfTheFirst) {
  befriend();
  world.status(one, Status::kOnline, true);
  world.bus.published.clear();
  world.open(1, 101, "n9");
  const auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 2U);
  for (const auto& hint : hints) EXPECT_EQ(hint.subject.status, Status::kOffline);
}

TEST_F(OnlineTest, ACloseTellsThoseWhoSawIt) {
  befriend();
  world.status(one, Status::kOnline, true);
  world.bus.published.clear();
  EXPECT_TRUE(std::holds_alternative<model::Closed>(world.ask(model::CloseSession{one.ref})));
  const auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 2U);
  EXPECT_EQ(hints[0].subject.status, Status::kOffline);
  // Nothing is left on the node's list; closing once more is acknowledged.
  auto listed = world.ask(model::ListNodeSessions{NodeId("n1"), AccountId(0)});
  EXPECT_TRUE(std::get<model::NodeSessions>(listed).sessions.empty());
  EXPECT_TRUE(std::holds_alternative<model::Closed>(world.ask(model::CloseSession{one.ref})));
}

TEST_F(OnlineTest, NobodyIsToldOfASessionThatNobodySaw) {
  befriend();
  world.ask(model::CloseSession{one.ref});
  EXPECT_TRUE(world.take_hints<PresenceHint>().empty());
  EXPECT_EQ(fault_of(world.ask(model::ChangeStatus{one.ref, Status::kOnline, true})),
            Fault::kNoSession);
}

TEST_F(OnlineTest, AResumedSessionIsAnnouncedAnew) {
  befriend();
  world.status(one, Status::kOnline, true);
  world.index.lose_everything();
  for (const auto* session : {&two, &three}) {
    auto open =
        World::open_request(session->ref.account.value(), session->ref.session.value(), "n2");
    open.resume = model::OpenSession::Resume{session->ref.token, Status::kAway};
    EXPECT_TRUE(std::holds_alternative<model::Opened>(world.ask(open)));
  }
  world.bus.published.clear();
  auto open = World::open_request(1, 100);
  open.resume = model::OpenSession::Resume{one.ref.token, Status::kBusy};
  const auto reply = world.ask(open);
  EXPECT_EQ(std::get<model::Opened>(reply).token, one.ref.token);
  const auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].subject.status, Status::kBusy);
  EXPECT_EQ(hints[0].recipients.size(), 2U);
  EXPECT_EQ(hints[0].subject.version.generation, 2U);
}

TEST_F(OnlineTest, SynchronizeDumpsTheLists) {
  befriend();
  world.add(one, List::kAllow, 3);
  world.add(one, List::kBlock, 4);
  auto reply = world.ask(model::Synchronize{one.ref, Serial(0)});
  const auto& roster = std::get<model::Roster>(reply);
  EXPECT_FALSE(roster.current);
  EXPECT_EQ(roster.serial, world.store.peek(AccountId(1))->principal.serial);
  const auto list = [&roster](List which) { return roster.lists[static_cast<int>(which)]; };
  ASSERT_EQ(list(List::kForward).size(), 1U);
  EXPECT_EQ(list(List::kForward)[0].handle, World::handle(2));
  EXPECT_EQ(list(List::kForward)[0].groups, 1U);
  ASSERT_EQ(list(List::kAllow).size(), 1U);
  EXPECT_EQ(list(List::kAllow)[0].handle, World::handle(3));
  ASSERT_EQ(list(List::kBlock).size(), 1U);
  ASSERT_EQ(list(List::kReverse).size(), 2U);
  EXPECT_EQ(list(List::kReverse)[0].handle, World::handle(2));
  EXPECT_EQ(list(List::kReverse)[0].name, "Name-2");
  EXPECT_EQ(list(List::kReverse)[1].handle, World::handle(3));
  ASSERT_EQ(roster.groups.size(), 1U);
  EXPECT_EQ(roster.groups[0].name, "~");

  reset_counters();
  reply = world.ask(model::Synchronize{one.ref, roster.serial});
  EXPECT_TRUE(std::get<model::Roster>(reply).current);
  // The roster is cached; one row of the truth says that it is current.
  expect_trips(1, 1, 0);
  reply = world.ask(model::Synchronize{one.ref, std::nullopt});
  EXPECT_FALSE(std::get<model::Roster>(reply).current);
}

TEST_F(OnlineTest, TheReverseListIsCutInTheDump) {
  Settings settings;
  settings.reverse_shown_max = 1;
  Presence strict(world.store, world.index, world.bus, world.directory, settings);
  befriend();
  auto reply = world.steps.await(strict.handle(model::Synchronize{one.ref, Serial(0)}));
  const auto& reverse =
      std::get<model::Roster>(reply).lists[static_cast<std::size_t>(List::kReverse)];
  ASSERT_EQ(reverse.size(), 1U);
  EXPECT_EQ(reverse[0].handle, World::handle(2));
}

TEST_F(OnlineTest, MissingPartsAreNamed) {
  befriend();
  world.index.fates = [](const char*) { return testing::Fate::kFailed; };
  EXPECT_EQ(fault_of(world.ask(World::open_request(4, 400))), Fault::kIndexUnavailable);
  EXPECT_EQ(fault_of(world.ask(model::Synchronize{one.ref, Serial(0)})), Fault::kIndexUnavailable);
  world.index.fates = nullptr;
  world.store.fates = [](const char*) { return testing::Fate::kFailed; };
  Presence cold(world.store, world.index, world.bus, world.directory, {});
  auto reply = world.steps.await(cold.handle(model::Synchronize{one.ref, Serial(0)}));
  EXPECT_EQ(fault_of(reply), Fault::kRosterUnavailable);
  EXPECT_EQ(fault_of(world.ask(World::add_request(one, List::kAllow, 2))),
            Fault::kRosterUnavailable);
  world.store.fates = nullptr;
  world.bus.fates = [](const char*) { return testing::Fate::kFailed; };
  EXPECT_EQ(fault_of(world.ask(model::ChangeStatus{one.ref, Status::kOnline, true})),
            Fault::kIndexUnavailable);
}

}  // namespace
}  // namespace monarch::presence
