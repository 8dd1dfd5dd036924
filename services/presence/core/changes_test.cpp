// Changes of a roster over in-memory ports: what is told to whom, at what cost.
#include <gtest/gtest.h>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::List;
using model::PresenceHint;
using model::Property;
using model::RosterEvent;
using model::RosterHint;
using model::Status;
using testing::Fate;
using testing::World;

class ChangesTest : public ::testing::Test {
 protected:
  ChangesTest() {
    for (std::uint64_t n = 1; n <= 4; ++n) world.create(n);
    one = world.open(1, 100, "n1");
    two = world.open(2, 200, "n2");
    world.status(one, Status::kOnline, true);
    world.status(two, Status::kAway, true);
  }
  void set(World::Session& session, Property property, const char* value) {
    world.changed(model::SetProperty{World::attempt(session), property, value});
  }
  void clear() { world.bus.published.clear(); }

  World world;
  World::Session one, two;
};

TEST_F(ChangesTest, AddForwardIsOneTransactionOneRoundTripOnePublish) {
  world.store.calls = world.index.round_trips = world.bus.round_trips = 0;
  const auto changed = world.add(one, List::kForward, 2);
  EXPECT_EQ(world.store.calls, 1U);
  EXPECT_EQ(world.index.round_trips, 1U);
  EXPECT_EQ(world.bus.round_trips, 1U);
  EXPECT_EQ(changed.serial, Serial(2));
  ASSERT_TRUE(changed.added.has_value());
  EXPECT_EQ(changed.added->state.account, AccountId(2));
  EXPECT_EQ(changed.added->state.status, Status::kAway);
  EXPECT_EQ(changed.added->state.name, "Name-2");
  const auto hints = world.take_hints<RosterHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].recipient, two.ref.session);
  EXPECT_EQ(hints[0].event, (RosterEvent{Serial(2), RosterEvent::Kind::kReverseAdded,
                                         World::handle(1), Property::kHomePhone, "Name-1"}));
}

TEST_F(ChangesTest, TheOfflineAreToldNothing) {
  const auto changed = world.add(one, List::kForward, 3);
  EXPECT_EQ(changed.added->state.status, Status::kOffline);
  EXPECT_EQ(changed.added->state.account, AccountId(3));
  EXPECT_EQ(changed.added->state.handle, World::handle(3));
  EXPECT_TRUE(world.bus.published.empty());
}

TEST_F(ChangesTest, WhoBlocksTheAdderIsOffline) {
  world.add(two, List::kBlock, 1);
  EXPECT_EQ(world.add(one, List::kForward, 2).added->state.status, Status::kOffline);
}

TEST_F(ChangesTest, AddForwardBringsTheNumbersOfWhoAllows) {
  set(two, Property::kHomePhone, "555");
  world.add(two, List::kAllow, 1);
  EXPECT_EQ(world.add(one, List::kForward, 2).added->numbers.home, "555");
}

TEST_F(ChangesTest, BlockingIsSeenAsLeaving) {
  world.add(two, List::kForward, 1);
  clear();
  world.add(one, List::kBlock, 2);
  auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].subject.status, Status::kOffline);
  EXPECT_EQ(hints[0].subject.handle, World::handle(1));
  EXPECT_EQ(hints[0].recipients, std::vector<SessionId>{two.ref.session});
  world.remove(one, List::kBlock, 2);
  hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].subject.status, Status::kOnline);
}

TEST_F(ChangesTest, DefaultPrivacyConcernsTheUndecided) {
  auto three = world.online(3);
  world.add(two, List::kForward, 1);
  world.add(three, List::kForward, 1);
  world.add(one, List::kAllow, 3);
  clear();
  world.changed(model::SetDefaultPrivacy{World::attempt(one), false});
  const auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].subject.status, Status::kOffline);
  EXPECT_EQ(hints[0].recipients, std::vector<SessionId>{two.ref.session});
}

TEST_F(ChangesTest, ANewNameIsTold) {
  world.add(two, List::kForward, 1);
  clear();
  world.changed(model::Rename{World::attempt(one), World::handle(1).value(), "New"});
  const auto hints = world.take_hints<PresenceHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].subject.name, "New");
  EXPECT_EQ(hints[0].subject.status, Status::kOnline);
}

TEST_F(ChangesTest, NumbersReachThoseAllowed) {
  auto three = world.open(3, 300, "n3");
  world.add(two, List::kForward, 1);
  world.add(three, List::kForward, 1);
  world.add(one, List::kAllow, 2);
  clear();
  set(one, Property::kWorkPhone, "1%202");
  const auto hints = world.take_hints<RosterHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].recipient, two.ref.session);
  EXPECT_EQ(hints[0].event.kind, RosterEvent::Kind::kNumber);
  EXPECT_EQ(hints[0].event.property, Property::kWorkPhone);
  EXPECT_EQ(hints[0].event.value, "1%202");
  EXPECT_EQ(hints[0].event.serial, world.store.peek(AccountId(2))->principal.serial);
}

TEST_F(ChangesTest, TheReplyBringsWhatWasMissed) {
  world.add(two, List::kForward, 1);
  auto request = World::add_request(one, List::kAllow, 2);
  request.attempt.shown = Serial(1);
  const auto changed = world.changed(request);
  EXPECT_EQ(changed.serial, Serial(3));
  ASSERT_EQ(changed.missed.size(), 1U);
  EXPECT_EQ(changed.missed[0].kind, RosterEvent::Kind::kReverseAdded);
}

TEST_F(ChangesTest, ARefusalHasItsNumber) {
  auto reply = world.ask(World::add_request(one, List::kForward, 9));
  EXPECT_EQ(std::get<model::Refused>(reply).code, 205);
  EXPECT_TRUE(world.bus.published.empty());
}

TEST_F(ChangesTest, ARepeatTellsAgainAndStoresNothing) {
  const auto request = World::add_request(one, List::kForward, 2);
  world.bus.fates = [](const char*) { return Fate::kFailed; };
  const auto reply = world.ask(request);
  EXPECT_EQ(std::get<model::Failed>(reply).fault, model::Fault::kIndexUnavailable);
  world.bus.fates = nullptr;
  const auto changed = world.changed(request);
  EXPECT_EQ(changed.serial, Serial(2));
  EXPECT_EQ(changed.added->state.status, Status::kAway);
  EXPECT_EQ(world.take_hints<RosterHint>().size(), 1U);
  EXPECT_EQ(world.store.peek(AccountId(2))->principal.serial, Serial(2));
}

TEST_F(ChangesTest, ANewSessionLearnsWhatTheOldOneDid) {
  const auto request = World::add_request(one, List::kAllow, 3);
  world.open(1, 101, "n7");
  clear();
  const auto reply = world.ask(request);
  EXPECT_EQ(std::get<model::Failed>(reply).fault, model::Fault::kFenced);
  const auto hints = world.take_hints<RosterHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].recipient, SessionId(101));
  EXPECT_EQ(hints[0].event.serial, Serial(2));
}

TEST_F(ChangesTest, AnAdministratorIsNotFencedAndTheSessionIsTold) {
  clear();
  auto request = World::add_request(one, List::kAllow, 3);
  request.attempt = World::from_outside(1);
  EXPECT_EQ(world.changed(request).serial, Serial(2));
  const auto hints = world.take_hints<RosterHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].recipient, one.ref.session);
  EXPECT_EQ(hints[0].event.serial, Serial(2));
  EXPECT_EQ(hints[0].event.kind, RosterEvent::Kind::kListAdded);
  EXPECT_EQ(hints[0].event.list, List::kAllow);
  EXPECT_EQ(hints[0].event.account, AccountId(3));
  // Nobody is signed in: nobody is told.
  auto other = World::add_request(one, List::kAllow, 1);
  other.attempt = World::from_outside(3);
  EXPECT_EQ(world.changed(other).serial, Serial(2));
  EXPECT_TRUE(world.take_hints<RosterHint>().empty());
}

TEST_F(ChangesTest, AnAdministratorIsKnownAgainByHisNumberOnly) {
  auto request = World::add_request(one, List::kAllow, 3);
  request.attempt = World::from_outside(1, 0x5EED);
  EXPECT_EQ(world.changed(request).serial, Serial(2));
  EXPECT_EQ(world.changed(request).serial, Serial(2));
  request.attempt = World::from_outside(1, 0x5EEC);
  EXPECT_EQ(std::get<model::Refused>(world.ask(request)).code, 215);
  request.attempt = World::from_outside(1);
  EXPECT_EQ(std::get<model::Refused>(world.ask(request)).code, 215);
}

// A changer that commits, then dies: the contact blocks between the adder's commit and his look at
// the record. The adder must not show him as online with the version that says he is not.
TEST_F(ChangesTest, AnAddRacingWithABlockEndsOffline) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SeededRandom random(seed);
    World race;
    race.create(1);
    race.create(2);
    auto a = race.online(1);
    auto b = race.online(2);
    std::vector<model::ContactState> hinted;
    race.bus.deliver = [&hinted](const model::NodeHints& hints) {
      for (const auto& hint : hints.hints) {
        if (const auto* one = std::get_if<PresenceHint>(&hint)) hinted.push_back(one->subject);
      }
    };
    testing::Steps shuffled(random);
    std::swap(race.steps, shuffled);
    std::optional<model::Reply> added;
    std::optional<model::Reply> blocked;
    const auto keep = [](Task<model::Reply> task,
                         std::optional<model::Reply>& place) -> Task<void> {
      place = co_await task;
    };
    TaskScope scope;
    scope.spawn(keep(race.presence.handle(World::add_request(a, List::kForward, 2)), added));
    scope.spawn(keep(race.presence.handle(World::add_request(b, List::kBlock, 1)), blocked));
    race.steps.run_all();
    auto shown = std::get<model::Changed>(*added).added->state;
    ASSERT_TRUE(std::holds_alternative<model::Changed>(*blocked));
    for (const auto& state : hinted) {
      if (state.account == AccountId(2) && state.version > shown.version) shown = state;
    }
    ASSERT_EQ(shown.status, Status::kOffline) << "seed " << seed;
  }
}

}  // namespace
}  // namespace monarch::presence
