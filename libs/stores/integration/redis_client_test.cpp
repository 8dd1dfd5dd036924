#include "stores/redis_client.hpp"

#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "stores/integration/loop_runner.hpp"
#include "testing/servers/private_redis.hpp"

namespace monarch::stores {
namespace {

using namespace std::chrono_literals;
using monarch::testing::LoopRunner;
using monarch::testing::PrivateRedis;

RedisSettings settings_for(const PrivateRedis& server) {
  RedisSettings settings;
  settings.host = server.host();
  settings.port = server.port();
  settings.client_name = "test";
  settings.backoff_min = 10ms;
  settings.backoff_max = 50ms;
  return settings;
}

std::vector<Command> list(Command command) {
  std::vector<Command> commands;
  commands.push_back(std::move(command));
  return commands;
}

TEST(RedisClient, AnswersAPipelineInOrderAndInOneWrite) {
  auto& server = PrivateRedis::shared();
  LoopRunner loop;
  RedisClient client(loop.io(), settings_for(server));
  client.start();
  ASSERT_TRUE(loop.until([&] { return client.connected(); }));
  const auto writes = client.counters().writes;

  std::vector<Command> commands;
  commands.emplace_back("SET", "order:a", "1");
  commands.emplace_back("INCR", "order:a");
  commands.emplace_back("GET", "order:none");
  commands.emplace_back("HGET", "order:a", "not a hash");
  commands.emplace_back("MGET", "order:a", "order:none");
  const auto result = loop.get(client.pipeline(std::move(commands)));

  ASSERT_TRUE(result.ok());
  const auto& replies = result.value();
  ASSERT_EQ(replies.size(), 5U);
  EXPECT_EQ(replies[0].text, "OK");
  EXPECT_EQ(replies[1].integer, 2);
  EXPECT_TRUE(replies[2].is_nil());
  EXPECT_TRUE(replies[3].is_error());
  ASSERT_EQ(replies[4].elements.size(), 2U);
  EXPECT_EQ(replies[4].elements[0].text, "2");
  EXPECT_TRUE(replies[4].elements[1].is_nil());
  EXPECT_EQ(client.counters().writes, writes + 1);
}

TEST(RedisClient, PipelinesOfOneTurnShareAWrite) {
  auto& server = PrivateRedis::shared();
  LoopRunner loop;
  RedisClient client(loop.io(), settings_for(server));
  client.start();
  ASSERT_TRUE(loop.until([&] { return client.connected(); }));
  const auto writes = client.counters().writes;
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < 100; ++i) {
    client.pipeline(list(Command("ECHO", i)), [&order](RepliesResult result) {
      order.push_back(std::stoll(result.value()[0].text));
    });
  }
  ASSERT_TRUE(loop.until([&] { return order.size() == 100; }));
  EXPECT_EQ(order.front(), 0);
  EXPECT_TRUE(std::is_sorted(order.begin(), order.end()));
  EXPECT_EQ(client.counters().writes, writes + 1);
}

TEST(RedisClient, CarriesAnyBytesAndBigPipelines) {
  auto& server = PrivateRedis::shared();
  LoopRunner loop;
  RedisClient client(loop.io(), settings_for(server));
  client.start();
  ASSERT_TRUE(loop.until([&] { return client.connected(); }));
  std::string bytes;
  for (int i = 0; i < 1000; ++i) bytes += static_cast<char>(i % 256);
  bytes += "\r\n$5\r\n*1\r\n";
  constexpr std::size_t kMany = 20'000;
  std::vector<Command> commands;
  for (std::size_t i = 0; i < kMany; ++i) commands.emplace_back("ECHO", bytes);
  const auto result = loop.get(client.pipeline(std::move(commands), 20s));
  ASSERT_TRUE(result.ok()) << result.error().text;
  ASSERT_EQ(result.value().size(), kMany);
  for (const auto& reply : result.value()) ASSERT_EQ(reply.text, bytes);
}

TEST(RedisClient, LoadsScriptsAndLoadsThemAgainWhenTheServerForgot) {
  auto& server = PrivateRedis::shared();
  LoopRunner loop;
  RedisClient client(loop.io(), settings_for(server));
  client.start();
  ASSERT_TRUE(loop.until([&] { return client.connected(); }));
  const Script script("return redis.call('INCRBY', KEYS[1], ARGV[1])");
  const auto run = [&] {
    std::vector<Command> commands;
    commands.emplace_back("ECHO", "before");
    commands.push_back(Command::eval(script, {"script:counter"}, 5));
    commands.emplace_back("ECHO", "after");
    return loop.get(client.pipeline(std::move(commands)));
  };
  const auto first = run();
  ASSERT_TRUE(first.ok());
  EXPECT_EQ(first.value()[1].integer, 5);
  EXPECT_EQ(client.counters().script_reloads, 0U);

  ASSERT_EQ(server.execute("SCRIPT FLUSH"), "+OK\r\n");
  const auto second = run();
  ASSERT_TRUE(second.ok());
  EXPECT_EQ(second.value()[0].text, "before");
  EXPECT_EQ(second.value()[1].integer, 10);
  EXPECT_EQ(second.value()[2].text, "after");
  EXPECT_EQ(client.counters().script_reloads, 1U);
  EXPECT_EQ(run().value()[1].integer, 15);
  EXPECT_EQ(client.counters().script_reloads, 1U);
}

TEST(RedisClient, FailsWhatIsInFlightWhenTheServerDiesAndComesBack) {
  PrivateRedis server;
  LoopRunner loop;
  int ups = 0;
  int downs = 0;
  RedisClient client(
      loop.io(), settings_for(server),
      {[&] { ++ups; }, [&](const std::string& reason) { downs += reason.empty() ? 0 : 1; }});
  client.start();
  ASSERT_TRUE(loop.until([&] { return ups == 1; }));
  server.freeze();
  int failed = 0;
  for (int i = 0; i < 10; ++i) {
    client.pipeline(
        list(Command("PING")),
        [&](RepliesResult result) {
          ASSERT_FALSE(result.ok());
          EXPECT_EQ(result.error().kind, StoreErrorKind::kUnavailable);
          EXPECT_TRUE(result.error().maybe_done);
          ++failed;
        },
        20s);
  }
  loop.io().poll();
  server.stop();
  ASSERT_TRUE(loop.until([&] { return failed == 10; }, 2s));
  EXPECT_EQ(downs, 1);
  EXPECT_FALSE(client.connected());
  EXPECT_FALSE(client.health().ok);
  const auto refused = loop.get(client.pipeline(list(Command("PING"))));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, StoreErrorKind::kUnavailable);
  EXPECT_FALSE(refused.error().maybe_done);
  server.start();
  ASSERT_TRUE(loop.until([&] { return ups == 2; }));
  EXPECT_TRUE(loop.get(client.pipeline(list(Command("PING")))).ok());
  EXPECT_TRUE(client.health().ok);
}

TEST(RedisClient, KeepsDeadlinesAndKnowsThatItWasNotAnswered) {
  PrivateRedis server;
  LoopRunner loop;
  auto settings = settings_for(server);
  settings.answer_max = 200ms;
  settings.silence_max = 10s;
  settings.ping_interval = 50ms;
  RedisClient client(loop.io(), settings);
  EXPECT_FALSE(client.answered_throughout(0ms));
  client.start();
  ASSERT_TRUE(loop.until([&] { return client.answered_throughout(300ms); }));

  server.freeze();
  const auto late = loop.get(client.pipeline(list(Command("PING")), 300ms));
  ASSERT_FALSE(late.ok());
  EXPECT_EQ(late.error().kind, StoreErrorKind::kTimeout);
  EXPECT_TRUE(late.error().maybe_done);
  EXPECT_FALSE(client.answered_throughout(0ms));
  EXPECT_TRUE(client.connected());
  EXPECT_FALSE(client.health().ok);

  server.thaw();
  // The answers that came too late must not be taken for those of the next call.
  const auto next = loop.get(client.pipeline(list(Command("ECHO", "mine"))));
  ASSERT_TRUE(next.ok());
  EXPECT_EQ(next.value()[0].text, "mine");
  EXPECT_TRUE(client.answered_throughout(0ms));
  EXPECT_FALSE(client.answered_throughout(5s));
  ASSERT_TRUE(loop.until([&] { return client.answered_throughout(300ms); }));
}

TEST(RedisClient, DropsAConnectionThatStaysSilent) {
  PrivateRedis server;
  LoopRunner loop;
  auto settings = settings_for(server);
  settings.ping_interval = 50ms;
  settings.silence_max = 300ms;
  settings.connect_timeout = 300ms;
  int downs = 0;
  int ups = 0;
  RedisClient client(loop.io(), settings, {[&] { ++ups; }, [&](const std::string&) { ++downs; }});
  client.start();
  ASSERT_TRUE(loop.until([&] { return ups == 1; }));
  server.freeze();
  ASSERT_TRUE(loop.until([&] { return downs == 1; }, 5s));
  // The kernel still accepts for the stopped server; nobody greets.
  ASSERT_TRUE(loop.until([&] { return client.counters().connect_failures > 0; }, 5s));
  server.thaw();
  ASSERT_TRUE(loop.until([&] { return ups == 2; }));
}

TEST(RedisClient, BoundsWhatIsInFlight) {
  PrivateRedis server;
  LoopRunner loop;
  auto settings = settings_for(server);
  settings.in_flight_max = 3;
  RedisClient client(loop.io(), settings);
  client.start();
  ASSERT_TRUE(loop.until([&] { return client.connected(); }));
  server.freeze();
  int overloaded = 0;
  for (int i = 0; i < 5; ++i) {
    client.pipeline(list(Command("PING")), [&](RepliesResult result) {
      if (!result.ok() && result.error().kind == StoreErrorKind::kOverloaded) ++overloaded;
    });
  }
  EXPECT_EQ(overloaded, 0) << "never from inside the call";
  ASSERT_TRUE(loop.until([&] { return overloaded == 2; }));
  server.thaw();
}

TEST(RedisClient, SignsInAndSaysWhyItCannotWithoutThePassword) {
  PrivateRedis server({"user default off", "user presence on >S3cret resetkeys ~monarch:* +@all"});
  LoopRunner loop;
  auto settings = settings_for(server);
  settings.user = "presence";
  settings.password = "S3cret";
  RedisClient good(loop.io(), settings);
  good.start();
  ASSERT_TRUE(loop.until([&] { return good.connected(); }));
  const auto denied = loop.get(good.command(Command("GET", "elsewhere")));
  ASSERT_FALSE(denied.ok());
  EXPECT_EQ(denied.error().kind, StoreErrorKind::kBug);

  settings.password = "Wr0ng-one";
  RedisClient bad(loop.io(), settings);
  bad.start();
  ASSERT_TRUE(loop.until([&] { return bad.counters().connect_failures > 0; }));
  const auto reason = bad.health().reason;
  EXPECT_NE(reason.find("WRONGPASS"), std::string::npos) << reason;
  EXPECT_EQ(reason.find("Wr0ng-one"), std::string::npos) << reason;
}

TEST(RedisClient, StopFailsWhatWaits) {
  PrivateRedis server;
  LoopRunner loop;
  RedisClient client(loop.io(), settings_for(server));
  client.start();
  ASSERT_TRUE(loop.until([&] { return client.connected(); }));
  server.freeze();
  bool failed = false;
  client.pipeline(list(Command("PING")), [&](RepliesResult result) { failed = !result.ok(); });
  client.stop();
  EXPECT_TRUE(failed);
  EXPECT_FALSE(loop.get(client.pipeline(list(Command("PING")))).ok());
}

}  // namespace
}  // namespace monarch::stores
