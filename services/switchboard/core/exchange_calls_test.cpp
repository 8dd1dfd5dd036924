// CAL, and the order between it and ANS: docs/protocol/switchboard.md#2-inviting,
// #4-errors-of-cal; ARCHITECTURE.md#rule-6.
#include <gtest/gtest.h>
#include <string>

#include "switchboard/core/testing/stage.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

class Calls : public ::testing::Test {
 protected:
  [[nodiscard]] std::uint64_t calls(Call result) const {
    return stage_.exchange.counters().calls[static_cast<std::size_t>(result)];
  }
  std::string says(const std::string& line) { return stage_.exchange_of(alice_, line); }
  // A call that presence turns down.
  std::string fails(const std::string& name = "nobody") {
    const auto asked = stage_.call(alice_, name);
    stage_.unavailable(asked.id);
    return stage_.hear(alice_);
  }

  Stage stage_;
  ConnectionId alice_ = stage_.begin("alice");
};

TEST_F(Calls, PresenceIsAskedWithAValidTicket) {
  const auto asked = stage_.call(alice_, "Bob");
  EXPECT_EQ(stage_.hear(alice_), "");
  EXPECT_EQ(asked.invite.caller, user("alice").account);
  EXPECT_EQ(asked.invite.caller_handle.value(), "alice@example.com");
  EXPECT_EQ(asked.invite.caller_name, "Alice");
  EXPECT_EQ(asked.invite.callee.value(), "bob@example.com");
  EXPECT_EQ(asked.invite.address, "10.0.0.9:1863");
  EXPECT_EQ(stage_.exchange.tickets(), 1U);
  stage_.reachable(asked.id, user("bob"));
  const auto id = std::to_string(asked.invite.conversation.value());
  EXPECT_LE(id.size(), 10U);
  EXPECT_EQ(stage_.hear(alice_), "CAL 2 RINGING " + id + "\r\n");
  // Every call of a conversation brings the same id.
  const auto carol = stage_.ring(alice_, "carol");
  EXPECT_EQ(carol.invite.conversation, asked.invite.conversation);
  EXPECT_EQ(calls(Call::kRinging), 2U);
}

TEST_F(Calls, MalformedHandles) {
  for (const char* handle : {"@@a", "hello", "@", "a@", "a@b@c.d", "a@b..c"}) {
    EXPECT_EQ(says(std::string("CAL 2 ") + handle + "\r\n"), "208 2\r\n") << handle;
  }
  EXPECT_EQ(says("CAL 3 " + std::string(126, 'a') + "@b.c\r\n"), "208 3\r\n");
  EXPECT_TRUE(stage_.presence.asked.empty());
  EXPECT_EQ(calls(Call::kBadHandle), 7U);
}

TEST_F(Calls, ADomainWithoutADotIsNotOnline) {
  EXPECT_EQ(says("CAL 2 myname@hotmail\r\n"), "217 2\r\n");
  EXPECT_TRUE(stage_.presence.asked.empty());
}

TEST_F(Calls, OneselfThePresentAndTheRinging) {
  EXPECT_EQ(says("CAL 2 ALICE@example.com\r\n"), "215 2\r\n");
  stage_.join(alice_, "bob");
  EXPECT_EQ(says("CAL 3 bob@example.com\r\n"), "215 3\r\n");
  stage_.ring(alice_, "carol");
  stage_.hear(alice_);
  EXPECT_EQ(says("CAL 4 Carol@Example.com\r\n"), "215 4\r\n");
  EXPECT_EQ(calls(Call::kAlreadyThere), 3U);
  EXPECT_TRUE(stage_.open(alice_));
}

TEST_F(Calls, OneWhomAnotherIsJustCallingRingsAlready) {
  const auto bob = stage_.join(alice_, "bob");
  const auto asked = stage_.call(alice_, "carol");
  EXPECT_EQ(stage_.exchange_of(bob, "CAL 9 carol@example.com\r\n"), "215 9\r\n");
  stage_.unavailable(asked.id);
  EXPECT_EQ(stage_.hear(alice_), "217 2\r\n");
  stage_.ring(bob, "carol");
}

TEST_F(Calls, WhoeverCannotComeIsNotOnline) {
  EXPECT_EQ(fails(), "217 2\r\n");
  const auto away = stage_.call(alice_, "bob");
  stage_.exchange.invited(away.id, {.result = Invited::Result::kUnreachable});
  EXPECT_EQ(stage_.hear(alice_), "217 2\r\n");
  EXPECT_EQ(calls(Call::kNotAvailable), 1U);
  EXPECT_EQ(calls(Call::kUnreachable), 1U);
  EXPECT_EQ(stage_.exchange.tickets(), 0U);
  // He does not ring any more.
  stage_.join(alice_, "bob");
}

TEST_F(Calls, PresenceIsWaitedForFiveSecondsAtMost) {
  const auto asked = stage_.call(alice_, "bob");
  stage_.pass(5s);
  EXPECT_EQ(stage_.hear(alice_), "217 2\r\n");
  EXPECT_EQ(calls(Call::kTimedOut), 1U);
  // The answer comes too late, and so does the callee, should the RNG have reached him.
  stage_.reachable(asked.id, user("bob"));
  EXPECT_EQ(stage_.hear(alice_), "");
  EXPECT_EQ(stage_.exchange_of(stage_.connect(), Stage::answer_line(asked)), "911 1\r\n");
}

TEST_F(Calls, TheSixthAfterFiveFailedOnes) {
  const auto bob = stage_.join(alice_, "bob");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fails(), "217 2\r\n");
  EXPECT_EQ(says("CAL 7 nobody@example.com\r\n"), "713 7\r\n");
  EXPECT_EQ(says("CAL 8 myname@hotmail\r\n"), "713 8\r\n");
  EXPECT_TRUE(stage_.presence.asked.empty());
  EXPECT_EQ(calls(Call::kTooActive), 2U);
  // What is wrong in itself is still said, and it is about this connection alone.
  EXPECT_EQ(says("CAL 9 hello\r\n"), "208 9\r\n");
  EXPECT_EQ(says("CAL 10 bob@example.com\r\n"), "215 10\r\n");
  stage_.ring(bob, "carol");
  // Some time later it is forgotten.
  stage_.pass(60s);
  EXPECT_EQ(fails(), "217 2\r\n");
}

TEST_F(Calls, OneThatRingsClearsTheCount) {
  for (int i = 0; i < 4; ++i) EXPECT_EQ(fails(), "217 2\r\n");
  stage_.ring(alice_, "bob");
  stage_.hear(alice_);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(fails(), "217 2\r\n");
  EXPECT_EQ(says("CAL 7 nobody@example.com\r\n"), "713 7\r\n");
}

TEST_F(Calls, ParametersAreOne) {
  for (const char* line : {"CAL 2\r\n", "CAL 2 a@b.c d\r\n", "CAL bob@example.com\r\n"}) {
    const auto caller = stage_.begin("carol");
    EXPECT_EQ(stage_.exchange_of(caller, line), "");
    EXPECT_FALSE(stage_.open(caller)) << line;
  }
}

TEST(FullConversation, CountsThoseWhoRing) {
  auto settings = stage_settings();
  settings.participants_max = 3;
  Stage stage(settings);
  const auto alice = stage.begin("alice");
  stage.join(alice, "bob");
  const auto asked = stage.call(alice, "carol");
  stage.reachable(asked.id, user("carol"));
  stage.hear(alice);
  EXPECT_EQ(stage.exchange_of(alice, "CAL 5 dave@example.com\r\n"), "920 5\r\n");
  EXPECT_EQ(stage.exchange.counters().calls[static_cast<std::size_t>(Call::kFull)], 1U);
  stage.say(stage.connect(), Stage::answer_line(asked));
  EXPECT_EQ(stage.exchange_of(alice, "CAL 6 dave@example.com\r\n"),
            "JOI carol@example.com Carol\r\n920 6\r\n");
}

TEST(TicketLimits, TurnCallsDown) {
  auto settings = stage_settings();
  settings.tickets_per_account_max = 1;
  settings.tickets_max = 2;
  Stage stage(settings);
  const auto alice = stage.begin("alice");
  const auto bob = stage.begin("bob");
  const auto carol = stage.begin("carol");
  stage.ring(alice, "dave");
  stage.hear(alice);
  EXPECT_EQ(stage.exchange_of(alice, "CAL 5 erin@example.com\r\n"), "713 5\r\n");
  stage.ring(bob, "dave");
  EXPECT_EQ(stage.exchange_of(carol, "CAL 6 dave@example.com\r\n"), "217 6\r\n");
  EXPECT_EQ(stage.exchange.counters().calls[static_cast<std::size_t>(Call::kNoTicket)], 2U);
}

// ---- races ----

TEST_F(Calls, AnAnswerWaitsForRinging) {
  const auto asked = stage_.call(alice_, "bob");
  const auto bob = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(bob, Stage::answer_line(asked) + "MSG 2 N 2\r\nhiPNG\r\n"), "");
  EXPECT_EQ(stage_.hear(alice_), "");
  EXPECT_EQ(stage_.exchange.counters().answers_held, 1U);
  stage_.reachable(asked.id, user("bob"));
  const auto id = std::to_string(asked.invite.conversation.value());
  EXPECT_EQ(stage_.hear(alice_), "CAL 2 RINGING " + id +
                                     "\r\nJOI bob@example.com Bob%20B\r\n"
                                     "MSG bob@example.com Bob%20B 2\r\nhi");
  EXPECT_EQ(stage_.hear(bob), "IRO 1 1 1 alice@example.com Alice\r\nANS 1 OK\r\nQNG\r\n");
}

TEST_F(Calls, AnAnswerToACallThatFailsIsRefused) {
  const auto asked = stage_.call(alice_, "bob");
  const auto bob = stage_.connect();
  stage_.say(bob, Stage::answer_line(asked));
  stage_.unavailable(asked.id);
  EXPECT_EQ(stage_.hear(bob), "911 1\r\n");
  EXPECT_FALSE(stage_.open(bob));
  EXPECT_EQ(stage_.hear(alice_), "217 2\r\n");
}

TEST_F(Calls, AnAnswerIsNotHeldForLong) {
  const auto asked = stage_.call(alice_, "bob");
  const auto bob = stage_.connect();
  stage_.say(bob, Stage::answer_line(asked));
  stage_.pass(5s);
  EXPECT_EQ(stage_.hear(bob), "911 1\r\n");
  EXPECT_EQ(stage_.hear(alice_), "217 2\r\n");
}

TEST_F(Calls, WhoeverAnswersAndLeavesHasBeenRung) {
  const auto asked = stage_.call(alice_, "bob");
  const auto bob = stage_.connect();
  stage_.say(bob, Stage::answer_line(asked));
  stage_.drop(bob);
  stage_.reachable(asked.id, user("bob"));
  EXPECT_TRUE(stage_.hear(alice_).starts_with("CAL 2 RINGING "));
  // His ticket is gone, so he may be called anew.
  EXPECT_EQ(stage_.exchange.tickets(), 0U);
  stage_.join(alice_, "bob");
}

TEST_F(Calls, TheCallerMayGoBeforePresenceAnswers) {
  const auto asked = stage_.call(alice_, "bob");
  const auto bob = stage_.connect();
  stage_.say(bob, Stage::answer_line(asked));
  stage_.drop(alice_);
  EXPECT_EQ(stage_.exchange.conversations(), 1U);
  stage_.reachable(asked.id, user("bob"));
  EXPECT_EQ(stage_.hear(bob), "ANS 1 OK\r\n");
}

TEST_F(Calls, TheCallerMayGoWhileItRings) {
  const auto asked = stage_.ring(alice_, "bob");
  stage_.say(alice_, "OUT\r\n");
  EXPECT_EQ(stage_.exchange.conversations(), 1U);
  stage_.pass(119s);
  const auto bob = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(bob, Stage::answer_line(asked)), "ANS 1 OK\r\n");
  // And may call the other back.
  const auto back = stage_.ring(bob, "alice");
  EXPECT_EQ(back.invite.conversation, asked.invite.conversation);
}

TEST_F(Calls, AConversationThatOnlyRingsEndsWithThat) {
  const auto asked = stage_.call(alice_, "bob");
  stage_.drop(alice_);
  stage_.unavailable(asked.id);
  EXPECT_EQ(stage_.exchange.conversations(), 0U);
  EXPECT_FALSE(stage_.exchange.deadline());
}

TEST_F(Calls, AfterTwoMinutesNobodyRings) {
  stage_.join(alice_, "carol");
  const auto asked = stage_.ring(alice_, "bob");
  stage_.hear(alice_);
  stage_.pass(120s - 1ms);
  EXPECT_EQ(says("CAL 3 bob@example.com\r\n"), "215 3\r\n");
  stage_.pass(1ms);
  EXPECT_EQ(stage_.exchange.counters().rings_expired, 1U);
  EXPECT_EQ(stage_.exchange.tickets(), 0U);
  const auto late = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(late, Stage::answer_line(asked)), "911 1\r\n");
  EXPECT_FALSE(stage_.open(late));
  stage_.join(alice_, "bob");
}

TEST_F(Calls, CommandsBehindACallWait) {
  const auto bob = stage_.join(alice_, "bob");
  stage_.say(alice_, "CAL 2 carol@example.com\r\nMSG 3 A 2\r\nhiCAL 4 dave@example.com\r\nPNG\r\n");
  EXPECT_EQ(stage_.hear(bob), "");
  // What others say reaches him meanwhile.
  stage_.say(bob, "MSG 1 U 1\r\nx");
  EXPECT_EQ(stage_.hear(alice_), "MSG bob@example.com Bob%20B 1\r\nx");
  ASSERT_EQ(stage_.presence.asked.size(), 1U);
  stage_.unavailable(stage_.presence.take().id);
  EXPECT_EQ(stage_.hear(alice_), "217 2\r\nACK 3\r\n");
  EXPECT_EQ(stage_.hear(bob), "MSG alice@example.com Alice 2\r\nhi");
  ASSERT_EQ(stage_.presence.asked.size(), 1U);
  stage_.unavailable(stage_.presence.take().id);
  EXPECT_EQ(stage_.hear(alice_), "217 4\r\nQNG\r\n");
}

TEST_F(Calls, WhatWaitsBehindACallIsBounded) {
  const auto asked = stage_.call(alice_, "bob");
  for (std::size_t i = 0; i < 64; ++i) stage_.say(alice_, std::string(1024, '\n'));
  EXPECT_TRUE(stage_.open(alice_));
  stage_.say(alice_, "\n");
  EXPECT_FALSE(stage_.open(alice_));
  EXPECT_EQ(stage_.exchange.counters().closes[static_cast<std::size_t>(CloseReason::kBacklog)], 1U);
  stage_.unavailable(asked.id);
}

}  // namespace
}  // namespace monarch::switchboard
