#include "switchboard/core/conversation.hpp"

#include <gtest/gtest.h>
#include <set>

#include "switchboard/core/testing/stage.hpp"
#include "switchboard/core/token_bucket.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

const TimePoint kStart{1000s};

Session in(std::uint64_t connection, const std::string& name) {
  Session session(ConnectionId(connection), kStart, 60s);
  session.identity = user(name);
  return session;
}

TEST(ConversationIds, FitAnIntAndComeOnce) {
  ConversationIds ids(ConversationId(ConversationIds::kMax - 2));
  std::set<std::uint32_t> seen;
  for (int i = 0; i < 1000; ++i) {
    const auto id = ids.next().value();
    EXPECT_GE(id, 1U);
    EXPECT_LE(id, 0x7FFF'FFFFU);
    EXPECT_TRUE(seen.insert(id).second);
  }
}

TEST(ConversationIds, BeginSomewhereElseEachTime) {
  SeededRandom random(3);
  ConversationIds first(random);
  ConversationIds second(random);
  EXPECT_NE(first.next(), second.next());
}

TEST(Conversation, TakesNobodyTwice) {
  Conversation conversation(ConversationId(5), kStart);
  Session alice = in(1, "alice");
  Session again = in(2, "alice");
  Session bob = in(3, "bob");
  EXPECT_TRUE(conversation.join(alice, kStart));
  EXPECT_FALSE(conversation.join(again, kStart));
  EXPECT_TRUE(conversation.join(bob, kStart));
  EXPECT_EQ(conversation.participants(), (std::vector<Session*>{&alice, &bob}));
  conversation.leave(alice, kStart);
  EXPECT_TRUE(conversation.join(again, kStart));
  EXPECT_EQ(conversation.participants(), (std::vector<Session*>{&bob, &again}));
}

TEST(Conversation, KnowsWhenItIsOver) {
  const Settings settings;
  Conversation conversation(ConversationId(5), kStart);
  Session alice = in(1, "alice");
  Session bob = in(2, "bob");
  EXPECT_FALSE(conversation.deadline(settings));
  ASSERT_TRUE(conversation.join(alice, kStart));
  EXPECT_EQ(conversation.deadline(settings), kStart + 60s);
  // Before presence answers it waits for that, then it rings.
  conversation.invite({.request = RequestId(1), .callee = user("bob"), .since = kStart + 10s},
                      kStart + 10s);
  EXPECT_EQ(conversation.deadline(settings), kStart + 14500ms);
  conversation.invitation(RequestId(1))->ringing = true;
  EXPECT_EQ(conversation.deadline(settings), kStart + 130s);
  conversation.take(*conversation.invitation(RequestId(1)), kStart + 30s);
  EXPECT_EQ(conversation.deadline(settings), kStart + 90s);
  ASSERT_TRUE(conversation.join(bob, kStart + 40s));
  EXPECT_EQ(conversation.deadline(settings), kStart + 340s);
  conversation.message(kStart + 50s);
  EXPECT_EQ(conversation.end(settings, kStart + 350s - 1ns), Conversation::End::kNone);
  EXPECT_EQ(conversation.end(settings, kStart + 350s), Conversation::End::kIdle);
  // Deserted is longer than never joined.
  conversation.leave(alice, kStart + 60s);
  EXPECT_EQ(conversation.end(settings, kStart + 360s - 1ns), Conversation::End::kNone);
  EXPECT_EQ(conversation.end(settings, kStart + 360s), Conversation::End::kAlone);
  conversation.leave(bob, kStart + 70s);
  EXPECT_EQ(conversation.size(), 0U);
  EXPECT_FALSE(conversation.deadline(settings));
}

TEST(TokenBucket, GivesTheBurstThenTheRate) {
  const TokenBucket::Rate rate(50, 500);
  TokenBucket bucket(kStart);
  for (int i = 0; i < 500; ++i) {
    ASSERT_TRUE(bucket.ready(rate, kStart)) << i;
    bucket.take(rate, kStart);
  }
  EXPECT_FALSE(bucket.ready(rate, kStart));
  EXPECT_EQ(bucket.ready_at(rate), kStart + 20ms);
  EXPECT_TRUE(bucket.ready(rate, kStart + 20ms));
  bucket.take(rate, kStart + 20ms);
  EXPECT_FALSE(bucket.ready(rate, kStart + 20ms));
  // It fills up again, and not beyond.
  int burst = 0;
  for (; bucket.ready(rate, kStart + 1h); ++burst) bucket.take(rate, kStart + 1h);
  EXPECT_EQ(burst, 500);
}

TEST(TokenBucket, MayBeSwitchedOff) {
  const TokenBucket::Rate rate(0, 500);
  TokenBucket bucket(kStart);
  for (int i = 0; i < 1000; ++i) bucket.take(rate, kStart);
  EXPECT_TRUE(bucket.ready(rate, kStart));
}

}  // namespace
}  // namespace monarch::switchboard
