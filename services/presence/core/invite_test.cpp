// CAL over in-memory ports: presence-and-privacy.md, section 10 and the chat column of section 3.
#include <gtest/gtest.h>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::List;
using model::RingHint;
using model::Status;
using testing::World;

class InviteTest : public ::testing::Test {
 protected:
  InviteTest() {
    world.create(1);
    world.create(2);
    caller = world.online(1);
    callee = world.open(2, 200, "n2");
  }
  model::Reply invite(const std::string& handle = World::handle(2).value()) {
    return world.ask(model::Invite{World::account(1), World::handle(1), "Name-1", handle, 77,
                                   "127.0.2.1:1863", "1.2.3"});
  }
  void expect_refused(const model::Reply& reply) {
    const auto* refused = std::get_if<model::Refused>(&reply);
    ASSERT_NE(refused, nullptr);
    EXPECT_EQ(refused->code, 217);
    EXPECT_TRUE(world.take_hints<RingHint>().empty());
  }

  World world;
  World::Session caller, callee;
};

TEST_F(InviteTest, ReachesWhoIsOnline) {
  world.status(callee, Status::kAway, true);
  const auto reply = invite();
  const auto* invited = std::get_if<model::Invited>(&reply);
  ASSERT_NE(invited, nullptr);
  EXPECT_EQ(invited->account, World::account(2));
  EXPECT_EQ(invited->session, SessionId(200));
  EXPECT_EQ(invited->dialect, 5);
  EXPECT_EQ(invited->name, "Name-2");
  const auto rings = world.take_hints<RingHint>();
  ASSERT_EQ(rings.size(), 1U);
  EXPECT_EQ(rings[0].recipient, SessionId(200));
  EXPECT_EQ(rings[0].conversation, 77U);
  EXPECT_EQ(rings[0].address, "127.0.2.1:1863");
  EXPECT_EQ(rings[0].ticket, "1.2.3");
  EXPECT_EQ(rings[0].caller, World::handle(1));
  EXPECT_EQ(rings[0].caller_name, "Name-1");
}

TEST_F(InviteTest, NotWhoIsAwayHiddenOrUnknown) {
  expect_refused(invite());  // no CHG yet
  world.status(callee, Status::kHidden, true);
  expect_refused(invite());
  expect_refused(invite("ghost@example.com"));
  world.ask(model::CloseSession{callee.ref});
  expect_refused(invite());
}

TEST_F(InviteTest, NotWhoBlocksTheCaller) {
  world.status(callee, Status::kOnline, true);
  world.add(callee, List::kBlock, 1);
  expect_refused(invite());
}

TEST_F(InviteTest, BlpDecidesForStrangers) {
  world.status(callee, Status::kOnline, true);
  world.ask(model::SetDefaultPrivacy{World::attempt(callee), false});
  expect_refused(invite());
  world.add(callee, List::kAllow, 1);
  const auto reply = invite();
  EXPECT_TRUE(std::holds_alternative<model::Invited>(reply));
}

TEST_F(InviteTest, CostsOneRoundTripEachAndNoQueryAmongContacts) {
  world.status(callee, Status::kOnline, true);
  world.add(caller, List::kForward, 2);
  world.status(caller, Status::kBusy);  // both rosters are cached now
  world.status(callee, Status::kBusy);
  world.store.calls = world.index.round_trips = world.bus.round_trips = 0;
  const auto reply = invite();
  EXPECT_TRUE(std::holds_alternative<model::Invited>(reply));
  EXPECT_EQ(world.store.calls, 0U);
  EXPECT_EQ(world.index.round_trips, 1U);
  EXPECT_EQ(world.bus.round_trips, 1U);
}

}  // namespace
}  // namespace monarch::presence
