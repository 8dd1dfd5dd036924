// Notices on their way to sessions, and what is said about how many they are for.
#include <gtest/gtest.h>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::Fault;
using model::NoticeHint;
using model::Status;
using testing::World;

class NoticesTest : public ::testing::Test {
 protected:
  explicit NoticesTest(const Settings& settings = {}) : world(settings) {
    for (std::uint64_t n = 1; n <= 6; ++n) world.create(n);
  }
  World::Session open(std::uint64_t n, std::uint8_t dialect, const char* node = "n1") {
    auto request = World::open_request(n, 100 * n, node);
    request.dialect = dialect;
    const auto reply = world.ask(request);
    return {{World::account(n), request.session, std::get<model::Opened>(reply).token}, 0};
  }
  Reached notify(std::uint64_t n, const model::Notice& notice) {
    const auto reached = world.steps.await(world.presence.notify(World::account(n), notice));
    EXPECT_TRUE(reached.ok());
    return reached.ok() ? *reached : Reached{};
  }
  Reached notify_nodes(const std::vector<NodeId>& nodes, const model::Notice& notice) {
    const auto reached = world.steps.await(world.presence.notify_nodes(nodes, notice));
    EXPECT_TRUE(reached.ok());
    return reached.ok() ? *reached : Reached{};
  }
  static model::Toast toast() {
    model::Toast toast;
    toast.text = "Hello";
    return toast;
  }

  World world;
};

TEST_F(NoticesTest, OneGoesToTheSessionOfItsAccount) {
  open(1, 5, "n2");
  const auto reached = notify(1, toast());
  EXPECT_EQ(reached.sessions, 1U);
  EXPECT_EQ(reached.unable, 0U);
  ASSERT_EQ(world.bus.published.size(), 1U);
  EXPECT_EQ(world.bus.published.front().node, NodeId("n2"));
  const auto hints = world.take_hints<NoticeHint>();
  ASSERT_EQ(hints.size(), 1U);
  EXPECT_EQ(hints[0].recipients, std::vector<SessionId>{SessionId(100)});
  EXPECT_FALSE(hints[0].everyone);
  EXPECT_EQ(std::get<model::Toast>(hints[0].notice).text, "Hello");
}

TEST_F(NoticesTest, NobodySignedInIsNobodyReached) {
  EXPECT_EQ(notify(1, toast()).sessions, 0U);
  const auto session = open(1, 5);
  world.ask(model::CloseSession{session.ref});
  EXPECT_EQ(notify(1, toast()).sessions, 0U);
  EXPECT_TRUE(world.take_hints<NoticeHint>().empty());
}

TEST_F(NoticesTest, WhatADialectHasNoLineForIsNotPublished) {
  open(1, 4);
  open(2, 5);
  EXPECT_EQ(notify(1, toast()).unable, 1U);
  EXPECT_EQ(notify(1, toast()).sessions, 0U);
  EXPECT_EQ(notify(2, model::IncomingPage{"Bob", "Late", 0}).unable, 1U);
  EXPECT_TRUE(world.take_hints<NoticeHint>().empty());
  EXPECT_EQ(notify(1, model::ShutdownNotice{5}).sessions, 1U);
  EXPECT_EQ(notify(1, model::NewMail{}).sessions, 1U);
  EXPECT_EQ(world.take_hints<NoticeHint>().size(), 2U);
}

TEST_F(NoticesTest, AStatusIsForThoseWhoHaveOne) {
  auto session = open(1, 5);
  EXPECT_EQ(notify(1, model::NewStatus{Status::kAway}).unable, 1U);
  world.status(session, Status::kHidden, true);
  world.bus.published.clear();
  EXPECT_EQ(notify(1, model::NewStatus{Status::kAway}).sessions, 1U);
  EXPECT_EQ(world.take_hints<NoticeHint>().size(), 1U);
}

TEST_F(NoticesTest, EverybodyIsCountedNodeByNode) {
  open(1, 5, "n1");
  open(2, 4, "n1");
  open(3, 7, "n2");
  open(4, 7, "n3");  // a node that is not asked for
  const auto gone = open(5, 7, "n1");
  world.ask(model::CloseSession{gone.ref});
  open(6, 7, "n1");
  world.ask(World::open_request(6, 601, "n2"));  // moved; n1's list may still have him
  world.bus.published.clear();
  const auto reached = notify_nodes({NodeId("n1"), NodeId("n2")}, toast());
  EXPECT_EQ(reached.sessions, 3U);
  EXPECT_EQ(reached.unable, 1U);
  EXPECT_FALSE(reached.more);
  ASSERT_EQ(world.bus.published.size(), 2U);
  for (const auto& hint : world.take_hints<NoticeHint>()) EXPECT_TRUE(hint.everyone);
}

TEST_F(NoticesTest, ABusThatIsAwayIsAFailure) {
  open(1, 5);
  world.bus.fates = [](const char*) { return testing::Fate::kFailed; };
  const auto one = world.steps.await(world.presence.notify(World::account(1), toast()));
  ASSERT_FALSE(one.ok());
  EXPECT_EQ(one.error(), Fault::kIndexUnavailable);
  std::vector<NodeId> nodes{NodeId("n1")};
  const auto all = world.steps.await(world.presence.notify_nodes(nodes, toast()));
  EXPECT_FALSE(all.ok());
}

// Who is told that it failed sends it again, to people who have it already.
TEST_F(NoticesTest, ACountThatFailsIsNoFailure) {
  open(1, 5);
  world.index.fates = [](const char*) { return testing::Fate::kFailed; };
  const auto reached = notify_nodes({NodeId("n1")}, toast());
  EXPECT_EQ(reached.sessions, 0U);
  EXPECT_TRUE(reached.more);
  EXPECT_EQ(world.take_hints<NoticeHint>().size(), 1U);
}

TEST_F(NoticesTest, AKickSaysWhetherThereWasASession) {
  const auto kick = [&] {
    const auto kicked = world.steps.await(
        world.presence.kick(World::account(1), model::KickReason::kAdministrator));
    EXPECT_TRUE(kicked.ok());
    return kicked.ok() ? *kicked : 99U;
  };
  EXPECT_EQ(kick(), 0U);
  open(1, 5);
  EXPECT_EQ(kick(), 1U);
  EXPECT_EQ(world.take_hints<model::KickHint>().size(), 1U);
}

Settings counting_one() {
  Settings settings;
  settings.counted_max = 1;
  return settings;
}

class BoundedNoticesTest : public NoticesTest {
 protected:
  BoundedNoticesTest() : NoticesTest(counting_one()) {}
};

TEST_F(BoundedNoticesTest, CountingEndsAndSaysSo) {
  open(1, 5, "n1");
  open(2, 5, "n2");
  const auto reached = notify_nodes({NodeId("n1"), NodeId("n2")}, toast());
  EXPECT_EQ(reached.sessions, 1U);
  EXPECT_TRUE(reached.more);
  EXPECT_EQ(world.take_hints<NoticeHint>().size(), 2U);
}

}  // namespace
}  // namespace monarch::presence
