// USR, ANS, and what a connection may do at all: docs/protocol/switchboard.md#1-starting-a-session,
// #3-answering, docs/protocol/framing.md#9-what-closes-a-connection.
#include <gtest/gtest.h>
#include <string>

#include "switchboard/core/testing/stage.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

class Entering : public ::testing::Test {
 protected:
  // A fresh connection that says this hears that and is closed.
  void refused(const std::string& said, const std::string& heard, CloseReason reason) {
    closed(stage_.connect(), said, heard, reason);
  }
  void closed(ConnectionId connection, const std::string& said, const std::string& heard,
              CloseReason reason) {
    SCOPED_TRACE(said);
    const auto before = closes(reason);
    EXPECT_EQ(stage_.exchange_of(connection, said), heard);
    EXPECT_FALSE(stage_.open(connection));
    EXPECT_EQ(closes(reason), before + 1) << to_string(reason);
  }
  [[nodiscard]] std::uint64_t closes(CloseReason reason) const {
    return stage_.exchange.counters().closes[static_cast<std::size_t>(reason)];
  }
  [[nodiscard]] std::uint64_t redeemed(Redeemed result) const {
    return stage_.exchange.counters().tickets_redeemed[static_cast<std::size_t>(result)];
  }

  Stage stage_;
};

TEST_F(Entering, UsrBeginsAConversation) {
  const auto ticket = stage_.ticket("bob");
  const auto bob = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(bob, "USR 0017 Bob@Example.COM " + ticket + "\r\n"),
            "USR 0017 OK bob@example.com Bob%20B\r\n");
  EXPECT_TRUE(stage_.open(bob));
  EXPECT_EQ(stage_.exchange.conversations(), 1U);
  EXPECT_EQ(stage_.exchange.tickets(), 0U);
  EXPECT_EQ(redeemed(Redeemed::kOk), 1U);
}

TEST_F(Entering, UsrHasNoVerifiedFlagInAnyDialect) {
  auto identity = user("bob");
  identity.dialect = msnp::Dialect::kMsnp7;
  const auto ticket = stage_.exchange.reserve(identity).value();
  EXPECT_EQ(stage_.exchange_of(stage_.connect(), "USR 1 bob@example.com " + ticket + "\r\n"),
            "USR 1 OK bob@example.com Bob%20B\r\n");
}

TEST_F(Entering, TicketsOpenOneDoorOnce) {
  const auto alice = stage_.begin("alice");
  const auto asked = stage_.ring(alice, "bob");
  const auto id = std::to_string(asked.invite.conversation.value());
  const auto xfr = stage_.ticket("bob");
  constexpr auto kRefused = CloseReason::kSignInRefused;

  refused("USR 1 bob@example.com nonsense\r\n", "911 1\r\n", kRefused);
  refused("USR 2 bob@example.com " + std::string(1000, '1') + "\r\n", "911 2\r\n", kRefused);
  EXPECT_EQ(redeemed(Redeemed::kUnknown), 2U);
  refused("USR 3 bob@example.com " + asked.invite.ticket + "\r\n", "911 3\r\n", kRefused);
  refused("ANS 4 bob@example.com " + xfr + " " + id + "\r\n", "911 4\r\n", kRefused);
  EXPECT_EQ(redeemed(Redeemed::kOtherKind), 2U);
  refused("USR 5 carol@example.com " + xfr + "\r\n", "911 5\r\n", kRefused);
  refused("ANS 6 carol@example.com " + asked.invite.ticket + " " + id + "\r\n", "911 6\r\n",
          kRefused);
  EXPECT_EQ(redeemed(Redeemed::kOtherHandle), 2U);
  EXPECT_EQ(redeemed(Redeemed::kOk), 0U + 1U);  // alice's

  // All of that has used up nothing; using it does.
  const auto bob = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(bob, "USR 7 bob@example.com " + xfr + "\r\n"),
            "USR 7 OK bob@example.com Bob%20B\r\n");
  refused("USR 8 bob@example.com " + xfr + "\r\n", "911 8\r\n", kRefused);
  const auto again = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(again, Stage::answer_line(asked)),
            "IRO 1 1 1 alice@example.com Alice\r\nANS 1 OK\r\n");
  refused(Stage::answer_line(asked), "911 1\r\n", kRefused);
}

TEST_F(Entering, TicketsOfXfrExpireAfterTwoMinutes) {
  const auto late = stage_.ticket("bob");
  const auto good = stage_.ticket("carol");
  stage_.pass(120s - 1ms);
  EXPECT_EQ(stage_.exchange_of(stage_.connect(), "USR 1 carol@example.com " + good + "\r\n"),
            "USR 1 OK carol@example.com Carol\r\n");
  stage_.clock.advance(1ms);  // and nobody has called advance()
  refused("USR 1 bob@example.com " + late + "\r\n", "911 1\r\n", CloseReason::kSignInRefused);
  EXPECT_EQ(stage_.exchange.tickets(), 1U);
  stage_.exchange.advance();
  EXPECT_EQ(stage_.exchange.tickets(), 0U);
  EXPECT_EQ(stage_.exchange.counters().tickets_expired, 1U);
}

TEST_F(Entering, ReservationsAreLimited) {
  stage_.settings.connections_max = 3;
  const auto refusals = [&](NoTicket reason) {
    return stage_.exchange.counters().tickets_refused[static_cast<std::size_t>(reason)];
  };
  for (std::size_t i = 0; i < stage_.settings.tickets_per_account_max; ++i) stage_.ticket("alice");
  EXPECT_EQ(stage_.exchange.reserve(user("alice")).error(), NoTicket::kTooManyOfOwner);
  EXPECT_EQ(refusals(NoTicket::kTooManyOfOwner), 1U);
  for (int i = 0; i < 3; ++i) stage_.connect();
  EXPECT_EQ(stage_.exchange.reserve(user("bob")).error(), NoTicket::kFull);
  EXPECT_FALSE(stage_.exchange.connected(ConnectionId(99)));
  EXPECT_EQ(stage_.exchange.counters().connections_refused, 1U);
  EXPECT_EQ(refusals(NoTicket::kFull), 1U);
}

TEST_F(Entering, AnswersNeedTheRightSession) {
  const auto alice = stage_.begin("alice");
  const auto asked = stage_.ring(alice, "bob");
  const auto id = std::to_string(asked.invite.conversation.value());
  for (const auto& wrong : {std::string("99"), "0" + id, id + "0", std::string("x")}) {
    refused("ANS 1 bob@example.com " + asked.invite.ticket + " " + wrong + "\r\n", "",
            CloseReason::kBadParameter);
  }
  EXPECT_TRUE(stage_.exchange_of(stage_.connect(), Stage::answer_line(asked)).ends_with("OK\r\n"));
}

TEST_F(Entering, IroCountsAllOthersAndJoiGoesToThemOnly) {
  const auto alice = stage_.begin("alice");
  const auto bob = stage_.join(alice, "bob");
  const auto asked = stage_.ring(bob, "carol");
  stage_.hear(bob);
  const auto carol = stage_.connect();
  EXPECT_EQ(stage_.exchange_of(carol, Stage::answer_line(asked)),
            "IRO 1 1 2 alice@example.com Alice\r\nIRO 1 2 2 bob@example.com Bob%20B\r\n"
            "ANS 1 OK\r\n");
  EXPECT_EQ(stage_.hear(alice), "JOI carol@example.com Carol\r\n");
  EXPECT_EQ(stage_.hear(bob), "JOI carol@example.com Carol\r\n");
}

TEST_F(Entering, NobodyEntersTwice) {
  const auto alice = stage_.begin("alice");
  const auto ticket = stage_.ticket("alice");
  closed(alice, "USR 2 alice@example.com " + ticket + "\r\n", "", CloseReason::kWrongState);
  const auto bob = stage_.begin("bob");
  const auto asked = stage_.ring(bob, "carol");
  const auto carol = stage_.connect();
  stage_.say(carol, Stage::answer_line(asked));
  stage_.hear(carol);
  closed(carol, Stage::answer_line(asked), "", CloseReason::kWrongState);
  stage_.hear(bob);
  closed(bob, Stage::answer_line(asked), "", CloseReason::kWrongState);
}

TEST_F(Entering, StrangersMayOnlyEnterOrLeave) {
  for (const char* line : {"PNG\r\n", "CAL 1 bob@example.com\r\n", "MSG 1 N 5\r\n"}) {
    refused(line, "", CloseReason::kWrongState);
  }
  refused("OUT\r\n", "", CloseReason::kClientLeft);
  refused("BYE alice@example.com\r\n", "", CloseReason::kClientLeft);
  refused("USR 1 alice@example.com\r\n", "", CloseReason::kArgumentCount);
  refused("USR 1 alice@example.com a b\r\n", "", CloseReason::kArgumentCount);
  refused("ANS 1 alice@example.com a\r\n", "", CloseReason::kArgumentCount);
  refused("ANS 1 alice@example.com a 1 2\r\n", "", CloseReason::kArgumentCount);
  refused("USR alice@example.com a\r\n", "", CloseReason::kBadTransactionId);
  refused("USR 4294967296 alice@example.com a\r\n", "", CloseReason::kBadTransactionId);
  refused("hello\r\n", "", CloseReason::kUnknownCommand);
  refused(std::string("US\0R 1\r\n", 8), "", CloseReason::kControlByte);
  refused(std::string(msnp::kLineBytesMax, 'A'), "", CloseReason::kLineTooLong);
}

TEST_F(Entering, OtherServersCommandsAndAServersOwnClose) {
  for (const char* verb : {"VER", "INF", "SYN", "CHG", "ADD", "XFR", "RNG", "JOI", "IRO", "ACK",
                           "NAK", "QNG", "NLN", "usr", "png", "911"}) {
    closed(stage_.begin("alice"), std::string(verb) + " 1 x y\r\n", "",
           CloseReason::kUnknownCommand);
  }
}

TEST_F(Entering, PingsAreAnswered) {
  const auto alice = stage_.begin("alice");
  EXPECT_EQ(stage_.exchange_of(alice, "PNG\r\nPNG\n"), "QNG\r\nQNG\r\n");
}

TEST_F(Entering, SilenceForAMinuteCloses) {
  const auto silent = stage_.connect();
  const auto alice = stage_.begin("alice");
  stage_.join(alice, "bob");
  stage_.pass(60s - 1ms);
  EXPECT_TRUE(stage_.open(silent));
  stage_.pass(1ms);
  EXPECT_FALSE(stage_.open(silent));
  EXPECT_EQ(stage_.hear(silent), "");
  EXPECT_EQ(closes(CloseReason::kLoginTimeout), 1U);
  // Those who are in stay.
  EXPECT_EQ(stage_.exchange.connections(), 2U);
}

TEST_F(Entering, NothingIsHeardAfterTheClose) {
  const auto gone = stage_.connect();
  closed(gone, "OUT\r\nUSR 1 alice@example.com x\r\n", "", CloseReason::kClientLeft);
  stage_.say(gone, "USR 1 alice@example.com x\r\n");
  stage_.exchange.disconnected(gone);
  EXPECT_EQ(stage_.hear(gone), "");
}

TEST_F(Entering, CommandsAreCountedByVerbAndResult) {
  const auto alice = stage_.begin("alice");
  stage_.say(alice, "PNG\r\nPNG\r\nCAL 5 nobody\r\nOUT\r\n");
  std::string counted;
  const auto& counters = stage_.exchange.counters();
  for (std::size_t row = 0; !verb_name(row).empty(); ++row) {
    for (std::size_t result = 0; result < msnp::kCommandResults; ++result) {
      const auto count = counters.commands.by_row[row][result];
      if (count == 0) continue;
      counted += std::string(verb_name(row)) + " " +
                 std::string(to_string(static_cast<msnp::CommandResult>(result))) + " " +
                 std::to_string(count) + "\n";
    }
  }
  EXPECT_EQ(counted, "CAL error 1\nOUT ok 1\nPNG ok 2\nUSR ok 1\n");
  EXPECT_EQ(verb_name(kVerbsMax), "");
}

}  // namespace
}  // namespace monarch::switchboard
