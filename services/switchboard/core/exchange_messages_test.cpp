// MSG, ACK and NAK: docs/protocol/switchboard.md#5-messages; payloads:
// docs/protocol/framing.md#4-payload-commands; speed: #10-keep-alive-timeouts-rate-rules.
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "switchboard/core/testing/stage.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

// Every byte value, line ends and NUL among them.
std::string binary(std::size_t size) {
  std::string payload;
  for (std::size_t i = 0; i < size; ++i) payload += static_cast<char>((i * 7 + i / 256) & 0xFFU);
  return payload;
}

std::string msg(int trid, const std::string& type, const std::string& payload) {
  return "MSG " + std::to_string(trid) + " " + type + " " + std::to_string(payload.size()) +
         "\r\n" + payload;
}
std::string from(const std::string& name, const std::string& payload) {
  const auto sender = user(name);
  return "MSG " + sender.handle.value() + " " + sender.name + " " + std::to_string(payload.size()) +
         "\r\n" + payload;
}

class Messages : public ::testing::Test {
 protected:
  [[nodiscard]] std::uint64_t closes(CloseReason reason) const {
    return stage_.exchange.counters().closes[static_cast<std::size_t>(reason)];
  }

  Stage stage_;
  ConnectionId alice_ = stage_.begin("alice");
};

TEST_F(Messages, ArePassedOnByteForByte) {
  const auto bob = stage_.join(alice_, "bob");
  for (const std::size_t size : {0U, 1U, 1663U, 1664U}) {
    SCOPED_TRACE(size);
    const auto payload = binary(size);
    EXPECT_EQ(stage_.exchange_of(alice_, msg(4, "A", payload)), "ACK 4\r\n");
    EXPECT_EQ(stage_.hear(bob), from("alice", payload));
  }
}

TEST_F(Messages, MayBeCutAnywhere) {
  const auto bob = stage_.join(alice_, "bob");
  for (const std::size_t size : {0U, 1U, 1664U}) {
    const auto payload = binary(size);
    const auto bytes = msg(4, "A", payload) + msg(5, "N", "x");
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      stage_.clock.advance(1s);
      stage_.say(alice_, std::string_view(bytes).substr(0, cut));
      stage_.say(alice_, std::string_view(bytes).substr(cut));
      ASSERT_EQ(stage_.hear(alice_), "ACK 4\r\n") << size << " cut at " << cut;
      ASSERT_EQ(stage_.hear(bob), from("alice", payload) + from("alice", "x"));
    }
    for (const char byte : bytes) stage_.say(alice_, {&byte, 1});
    ASSERT_EQ(stage_.hear(alice_), "ACK 4\r\n");
    ASSERT_EQ(stage_.hear(bob), from("alice", payload) + from("alice", "x"));
  }
}

TEST_F(Messages, MayFollowEachOtherInOneSegment) {
  const auto bob = stage_.join(alice_, "bob");
  std::string bytes;
  std::string acks;
  std::string heard;
  for (int i = 0; i < 40; ++i) {
    const auto payload = binary(static_cast<std::size_t>(i) * 40);
    bytes += msg(i, "A", payload);
    acks += "ACK " + std::to_string(i) + "\r\n";
    heard += from("alice", payload);
  }
  EXPECT_EQ(stage_.exchange_of(alice_, bytes), acks);
  EXPECT_EQ(stage_.hear(bob), heard);
}

TEST_F(Messages, OneByteTooManyCloses) {
  const auto bob = stage_.join(alice_, "bob");
  EXPECT_EQ(stage_.exchange_of(alice_, "MSG 4 A 1665\r\n"), "");  // before any of it is read
  EXPECT_FALSE(stage_.open(alice_));
  EXPECT_EQ(stage_.hear(bob), "BYE alice@example.com\r\n");
  EXPECT_EQ(closes(CloseReason::kPayloadTooLong), 1U);
}

TEST_F(Messages, WhatIsMalformedCloses) {
  struct Row {
    std::string bytes;
    CloseReason reason;
  };
  const std::vector<Row> rows = {
      {"MSG 4 a 0\r\n", CloseReason::kBadParameter},
      {"MSG 4 n 2\r\nhi", CloseReason::kBadParameter},
      {"MSG 4 D 2\r\nhi", CloseReason::kBadParameter},
      {"MSG 4 X 2\r\nhi", CloseReason::kBadParameter},
      {"MSG 4 NN 2\r\nhi", CloseReason::kBadParameter},
      {"MSG 4 N -1\r\n", CloseReason::kBadPayloadLength},
      {"MSG 4 N x\r\n", CloseReason::kBadPayloadLength},
      {"MSG 4 N\r\n", CloseReason::kBadPayloadLength},
      {"MSG 4\r\n", CloseReason::kBadPayloadLength},
      {"MSG 4 2\r\nhi", CloseReason::kArgumentCount},
      {"MSG 4 N 5 2\r\nhi", CloseReason::kArgumentCount},
      {"MSG x N 2\r\nhi", CloseReason::kBadTransactionId},
      {"MSG 4 N 99999999999999999999\r\n", CloseReason::kPayloadTooLong},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.bytes);
    const auto before = closes(row.reason);
    const auto carol = stage_.begin("carol");
    const auto bob = stage_.join(carol, "bob");
    EXPECT_EQ(stage_.exchange_of(carol, row.bytes), "");
    EXPECT_FALSE(stage_.open(carol));
    EXPECT_EQ(stage_.hear(bob), "BYE carol@example.com\r\n");
    EXPECT_EQ(closes(row.reason), before + 1);
  }
}

TEST(MessageSize, MayBeLowered) {
  auto settings = stage_settings();
  settings.message_bytes_max = 10;
  Stage stage(settings);
  const auto alice = stage.begin("alice");
  const auto bob = stage.join(alice, "bob");
  EXPECT_EQ(stage.exchange_of(alice, msg(4, "A", binary(10))), "ACK 4\r\n");
  stage.say(alice, msg(5, "A", binary(11)));
  EXPECT_FALSE(stage.open(alice));
  EXPECT_EQ(stage.hear(bob), from("alice", binary(10)) + "BYE alice@example.com\r\n");
}

TEST_F(Messages, TypesSayWhatIsAnswered) {
  EXPECT_EQ(stage_.exchange_of(alice_, msg(1, "U", "x") + msg(2, "N", "x") + msg(3, "A", "x")),
            "NAK 2\r\nNAK 3\r\n");
  const auto bob = stage_.join(alice_, "bob");
  EXPECT_EQ(stage_.exchange_of(alice_, msg(1, "U", "x") + msg(2, "N", "x") + msg(3, "A", "x")),
            "ACK 3\r\n");
  EXPECT_EQ(stage_.hear(bob), from("alice", "x") + from("alice", "x") + from("alice", "x"));
  stage_.drop(bob);
  EXPECT_EQ(stage_.exchange_of(alice_, msg(4, "N", "x")),
            "BYE bob@example.com\r\n"
            "NAK 4\r\n");
  EXPECT_EQ(stage_.exchange.counters().naks, 3U);
  EXPECT_EQ(stage_.exchange.counters().acks, 1U);
}

TEST_F(Messages, AreFormattedOnceForMany) {
  const auto bob = stage_.join(alice_, "bob");
  const auto carol = stage_.join(alice_, "carol");
  const auto dave = stage_.join(bob, "dave");
  EXPECT_EQ(stage_.exchange_of(bob, msg(3, "A", "hi all")), "ACK 3\r\n");
  for (const auto other : {alice_, carol, dave}) {
    EXPECT_EQ(stage_.hear(other), from("bob", "hi all"));
  }
  EXPECT_EQ(stage_.wire.shared_sends(), 3U);
  EXPECT_EQ(stage_.wire.shared_made(), 1U);
}

TEST_F(Messages, WhoeverDoesNotReadIsRemoved) {
  const auto bob = stage_.join(alice_, "bob");
  const auto carol = stage_.join(alice_, "carol");
  stage_.wire[bob].room = 10;
  EXPECT_EQ(stage_.exchange_of(alice_, msg(3, "A", "hi") + msg(4, "A", "ho")),
            "NAK 3\r\nBYE bob@example.com\r\nACK 4\r\n");
  EXPECT_FALSE(stage_.open(bob));
  EXPECT_EQ(stage_.hear(bob), "");
  EXPECT_EQ(stage_.hear(carol),
            from("alice", "hi") + "BYE bob@example.com\r\n" + from("alice", "ho"));
  EXPECT_EQ(closes(CloseReason::kSlowReader), 1U);
  EXPECT_EQ(stage_.exchange.counters().deliveries_lost, 1U);
  EXPECT_EQ(stage_.exchange.counters().deliveries, 2U);
}

TEST_F(Messages, OneRemovalMayLeadToTheNext) {
  const auto bob = stage_.join(alice_, "bob");
  const auto carol = stage_.join(alice_, "carol");
  const auto dave = stage_.join(alice_, "dave");
  stage_.wire[bob].room = 0;
  stage_.wire[carol].room = from("alice", "hi").size();
  stage_.say(alice_, msg(3, "N", "hi"));
  EXPECT_FALSE(stage_.open(bob));
  EXPECT_FALSE(stage_.open(carol));
  EXPECT_EQ(stage_.hear(dave),
            from("alice", "hi") + "BYE bob@example.com\r\nBYE carol@example.com\r\n");
  EXPECT_EQ(stage_.hear(alice_), "NAK 3\r\nBYE bob@example.com\r\nBYE carol@example.com\r\n");
}

TEST_F(Messages, ASenderWhoDoesNotReadIsRemovedToo) {
  const auto bob = stage_.join(alice_, "bob");
  stage_.wire[alice_].room = 3;
  stage_.say(alice_, msg(3, "A", "hi"));
  EXPECT_FALSE(stage_.open(alice_));
  EXPECT_EQ(stage_.hear(bob), from("alice", "hi") + "BYE alice@example.com\r\n");
}

// ---- messages_per_second ----

TEST(Flood, PausesReadingAndLosesNothing) {
  auto settings = stage_settings();
  settings.messages_per_second = 10;
  settings.messages_burst = 20;
  Stage stage(settings);
  const auto alice = stage.begin("alice");
  const auto bob = stage.join(alice, "bob");
  stage.pass(10s);
  std::string bytes;
  std::string heard;
  for (int i = 0; i < 30; ++i) {
    bytes += msg(i, "U", std::to_string(i));
    heard += from("alice", std::to_string(i));
  }
  bytes += "MSG 99 U 4\r\nha";  // the rest comes later
  stage.say(alice, bytes);
  EXPECT_TRUE(stage.wire[alice].paused);
  EXPECT_EQ(stage.exchange.counters().deliveries, 20U);
  EXPECT_EQ(stage.exchange.counters().throttled, 1U);
  stage.pass(999ms);
  EXPECT_EQ(stage.exchange.counters().deliveries, 29U);
  EXPECT_TRUE(stage.wire[alice].paused);
  stage.pass(101ms);
  EXPECT_FALSE(stage.wire[alice].paused);
  stage.say(alice, "lf");
  EXPECT_EQ(stage.hear(bob), heard + from("alice", "half"));
}

TEST(Flood, ClosesWhenTooMuchPilesUp) {
  auto settings = stage_settings();
  settings.messages_burst = 5;
  Stage stage(settings);
  const auto alice = stage.begin("alice");
  const auto bob = stage.join(alice, "bob");
  std::string bytes;
  for (int i = 0; i < 50; ++i) bytes += msg(i, "U", binary(1664));
  stage.say(alice, bytes);
  EXPECT_FALSE(stage.open(alice));
  EXPECT_EQ(stage.exchange.counters().closes[static_cast<std::size_t>(CloseReason::kBacklog)], 1U);
  EXPECT_TRUE(stage.hear(bob).ends_with("BYE alice@example.com\r\n"));
}

TEST(Flood, DefaultsLetABurstOf500Pass) {
  Stage stage;
  const auto alice = stage.begin("alice");
  stage.pass(30s);
  std::string bytes;
  for (int i = 0; i < 501; ++i) bytes += "PNG\r\n";
  stage.say(alice, bytes);
  EXPECT_EQ(stage.hear(alice).size(), 500 * 5U);
  stage.pass(20ms);
  EXPECT_EQ(stage.hear(alice).size(), 5U);
}

TEST(Flood, EndsWithTheConnection) {
  auto settings = stage_settings();
  settings.messages_burst = 3;
  Stage stage(settings);
  const auto alice = stage.begin("alice");
  stage.say(alice, "PNG\r\nPNG\r\nPNG\r\nPNG\r\n");
  ASSERT_TRUE(stage.wire[alice].paused);
  stage.drop(alice);
  EXPECT_FALSE(stage.exchange.deadline());
}

}  // namespace
}  // namespace monarch::switchboard
