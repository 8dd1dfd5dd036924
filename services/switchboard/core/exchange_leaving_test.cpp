// Leaving, silence and the end of a process: docs/protocol/switchboard.md#6-leaving,
// docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules.
#include <gtest/gtest.h>
#include <string>

#include "switchboard/core/testing/stage.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

class Leaving : public ::testing::Test {
 protected:
  [[nodiscard]] std::uint64_t closes(CloseReason reason) const {
    return stage_.exchange.counters().closes[static_cast<std::size_t>(reason)];
  }

  Stage stage_;
  ConnectionId alice_ = stage_.begin("alice");
};

TEST_F(Leaving, OutByeAndADroppedConnectionAreBye) {
  const auto bob = stage_.join(alice_, "bob");
  const auto carol = stage_.join(alice_, "carol");
  const auto dave = stage_.join(alice_, "dave");
  EXPECT_EQ(stage_.exchange_of(bob, "OUT\r\nPNG\r\n"), "");
  EXPECT_FALSE(stage_.open(bob));
  // COMPAT(gaim 0.5x)
  EXPECT_EQ(stage_.exchange_of(carol, "BYE carol@example.com\r\n"), "BYE bob@example.com\r\n");
  EXPECT_FALSE(stage_.open(carol));
  stage_.drop(dave);
  EXPECT_EQ(stage_.hear(alice_),
            "BYE bob@example.com\r\nBYE carol@example.com\r\nBYE dave@example.com\r\n");
  EXPECT_EQ(closes(CloseReason::kClientLeft), 2U);
  EXPECT_EQ(closes(CloseReason::kPeerClosed), 1U);
  EXPECT_EQ(stage_.exchange.connections(), 1U);
}

TEST_F(Leaving, TheLastOneMayCallAgain) {
  const auto bob = stage_.join(alice_, "bob");
  stage_.say(bob, "OUT\r\n");
  stage_.hear(alice_);
  const auto again = stage_.join(alice_, "bob");
  EXPECT_EQ(stage_.exchange_of(again, "MSG 2 N 0\r\n"), "");
  EXPECT_EQ(stage_.hear(alice_), "MSG bob@example.com Bob%20B 0\r\n");
  EXPECT_EQ(stage_.exchange.counters().conversations, 1U);
}

TEST_F(Leaving, TheLastOneEndsIt) {
  const auto bob = stage_.join(alice_, "bob");
  stage_.drop(alice_);
  EXPECT_EQ(stage_.exchange.conversations(), 1U);
  stage_.drop(bob);
  EXPECT_EQ(stage_.exchange.conversations(), 0U);
  EXPECT_FALSE(stage_.exchange.deadline());
}

TEST_F(Leaving, SilenceEndsAConversation) {
  const auto bob = stage_.join(alice_, "bob");
  const auto carol = stage_.join(alice_, "carol");
  stage_.pass(4min);
  stage_.say(bob, "MSG 2 U 0\r\n");
  stage_.hear(alice_);
  stage_.hear(carol);
  // Neither a ping nor a call is a message.
  stage_.pass(4min);
  stage_.say(alice_, "PNG\r\n");
  stage_.ring(alice_, "dave");
  stage_.hear(alice_);
  stage_.pass(1min - 1ms);
  EXPECT_EQ(stage_.exchange.connections(), 3U);
  stage_.pass(1ms);
  EXPECT_EQ(stage_.hear(alice_), "BYE bob@example.com 1\r\nBYE carol@example.com 1\r\n");
  EXPECT_EQ(stage_.hear(bob), "BYE alice@example.com 1\r\nBYE carol@example.com 1\r\n");
  EXPECT_EQ(stage_.hear(carol), "BYE alice@example.com 1\r\nBYE bob@example.com 1\r\n");
  for (const auto one : {alice_, bob, carol}) EXPECT_FALSE(stage_.open(one));
  EXPECT_EQ(closes(CloseReason::kIdle), 3U);
  EXPECT_EQ(stage_.exchange.counters().idle_ends, 1U);
  // dave still rings, and may come to an empty room.
  EXPECT_EQ(stage_.exchange.conversations(), 1U);
  stage_.pass(1min);
  EXPECT_EQ(stage_.exchange.conversations(), 0U);
}

TEST_F(Leaving, WhoeverWaitsInVainIsSentAway) {
  stage_.pass(60s - 1ms);
  EXPECT_TRUE(stage_.open(alice_));
  stage_.pass(1ms);
  EXPECT_FALSE(stage_.open(alice_));
  EXPECT_EQ(stage_.hear(alice_), "");
  EXPECT_EQ(stage_.exchange.counters().alone_ends, 1U);
  EXPECT_EQ(stage_.exchange.conversations(), 0U);
}

TEST_F(Leaving, WhileItRingsNobodyIsAlone) {
  stage_.pass(59s);
  stage_.ring(alice_, "bob");
  stage_.pass(120s);  // it rings no more, and the minute begins anew
  EXPECT_TRUE(stage_.open(alice_));
  stage_.pass(60s - 1ms);
  EXPECT_TRUE(stage_.open(alice_));
  stage_.pass(1ms);
  EXPECT_FALSE(stage_.open(alice_));
}

TEST_F(Leaving, TheDesertedMayStayForFiveMinutes) {
  const auto bob = stage_.join(alice_, "bob");
  stage_.pass(100s);
  stage_.drop(bob);
  stage_.pass(5min - 1ms);
  EXPECT_TRUE(stage_.open(alice_));
  stage_.pass(1ms);
  EXPECT_FALSE(stage_.open(alice_));
}

TEST_F(Leaving, IdsAreNotUsedAgain) {
  const auto first = stage_.call(alice_, "bob").invite.conversation;
  const auto carol = stage_.begin("carol");
  const auto second = stage_.call(carol, "bob").invite.conversation;
  stage_.drop(alice_);
  stage_.drop(carol);
  stage_.pass(5s);
  EXPECT_EQ(stage_.exchange.conversations(), 0U);
  const auto dave = stage_.begin("dave");
  const auto third = stage_.call(dave, "bob").invite.conversation;
  EXPECT_NE(first, second);
  EXPECT_NE(second, third);
  EXPECT_NE(first, third);
}

// ---- drain ----

TEST_F(Leaving, DrainingHonoursWhatWasPromised) {
  const auto ticket = stage_.ticket("carol");
  const auto asked = stage_.ring(alice_, "bob");
  stage_.hear(alice_);
  stage_.exchange.drain();
  EXPECT_TRUE(stage_.exchange.draining());
  EXPECT_FALSE(stage_.exchange.drained());
  EXPECT_EQ(stage_.exchange.reserve(user("dave")).error(), NoTicket::kDraining);

  const auto bob = stage_.connect();
  EXPECT_TRUE(stage_.exchange_of(bob, Stage::answer_line(asked)).ends_with("ANS 1 OK\r\n"));
  const auto carol = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(carol, "USR 1 carol@example.com " + ticket + "\r\n"),
            "USR 1 OK carol@example.com Carol\r\n");
  stage_.join(carol, "dave");
  for (const auto one : {alice_, bob, carol}) stage_.drop(one);
  EXPECT_FALSE(stage_.exchange.drained());
  stage_.pass(5min);
  EXPECT_TRUE(stage_.exchange.drained());
}

TEST(Drain, WaitsForTicketsThatNobodyHasShown) {
  Stage stage;
  stage.ticket("alice");
  stage.exchange.drain();
  EXPECT_FALSE(stage.exchange.drained());
  stage.pass(120s);
  EXPECT_TRUE(stage.exchange.drained());
}

TEST_F(Leaving, ShuttingDownJustCloses) {
  const auto bob = stage_.join(alice_, "bob");
  const auto carol = stage_.begin("carol");
  const auto asked = stage_.call(carol, "dave");
  const auto dave = stage_.connect();
  stage_.say(dave, Stage::answer_line(asked));  // held
  const auto stranger = stage_.connect();
  std::size_t left = stage_.exchange.connections();
  EXPECT_EQ(left, 5U);
  while (left > 0) {
    const auto before = left;
    left = stage_.exchange.shut_down(1);
    ASSERT_LT(left, before);
  }
  for (const auto one : {alice_, bob, carol, dave, stranger}) {
    EXPECT_FALSE(stage_.open(one));
    EXPECT_EQ(stage_.hear(one), "");
  }
  EXPECT_EQ(closes(CloseReason::kShutdown), 5U);
  stage_.reachable(asked.id, user("dave"));
}

}  // namespace
}  // namespace monarch::switchboard
