#include "stores/redis_subscriber.hpp"

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

struct Heard {
  std::vector<std::pair<std::string, std::string>> messages;
  std::vector<bool> subscribed;
  std::vector<std::string> disconnected;

  RedisSubscriber::Callbacks callbacks() {
    return {[this](std::string_view channel, std::string_view bytes) {
              messages.emplace_back(channel, bytes);
            },
            [this](bool again) { subscribed.push_back(again); },
            [this](const std::string& reason) { disconnected.push_back(reason); }};
  }
};

RedisSettings settings_for(const PrivateRedis& server) {
  RedisSettings settings;
  settings.host = server.host();
  settings.port = server.port();
  settings.backoff_min = 10ms;
  settings.backoff_max = 50ms;
  settings.ping_interval = 50ms;
  settings.silence_max = 300ms;
  settings.connect_timeout = 500ms;
  return settings;
}

TEST(RedisSubscriber, HearsItsChannelsToTheByte) {
  auto& server = PrivateRedis::shared();
  LoopRunner loop;
  Heard heard;
  RedisSubscriber subscriber(loop.io(), settings_for(server), heard.callbacks());
  subscriber.subscribe("monarch:bus:a");
  subscriber.start();
  ASSERT_TRUE(loop.until([&] { return heard.subscribed.size() == 1; }));
  subscriber.subscribe("monarch:bus:b");
  ASSERT_TRUE(loop.until([&] { return heard.subscribed.size() == 2; }));

  RedisClient publisher(loop.io(), settings_for(server));
  publisher.start();
  ASSERT_TRUE(loop.until([&] { return publisher.connected(); }));
  std::string bytes("\0\r\n\xff binary", 11);
  bytes += std::string(200'000, 'x');
  std::vector<Command> commands;
  commands.emplace_back("SPUBLISH", "monarch:bus:a", bytes);
  commands.emplace_back("SPUBLISH", "monarch:bus:b", "");
  commands.emplace_back("SPUBLISH", "monarch:bus:other", "not for us");
  const auto result = loop.get(publisher.pipeline(std::move(commands)));
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.value()[0].integer, 1);
  EXPECT_EQ(result.value()[2].integer, 0);
  ASSERT_TRUE(loop.until([&] { return heard.messages.size() == 2; }));
  EXPECT_EQ(heard.messages[0], std::pair(std::string("monarch:bus:a"), bytes));
  EXPECT_EQ(heard.messages[1], std::pair(std::string("monarch:bus:b"), std::string()));
  EXPECT_TRUE(subscriber.health().ok);
}

TEST(RedisSubscriber, SaysThatItSubscribedAgainAfterABreak) {
  PrivateRedis server;
  LoopRunner loop;
  Heard heard;
  RedisSubscriber subscriber(loop.io(), settings_for(server), heard.callbacks());
  subscriber.subscribe("monarch:bus:a");
  subscriber.start();
  ASSERT_TRUE(loop.until([&] { return subscriber.subscribed(); }));
  server.stop();
  ASSERT_TRUE(loop.until([&] { return heard.disconnected.size() == 1; }));
  EXPECT_FALSE(subscriber.subscribed());
  server.start();
  ASSERT_TRUE(loop.until([&] { return subscriber.subscribed(); }));
  EXPECT_EQ(heard.subscribed, (std::vector<bool>{false, true}));
  EXPECT_EQ(server.execute("SPUBLISH monarch:bus:a hello"), ":1\r\n");
  ASSERT_TRUE(loop.until([&] { return heard.messages.size() == 1; }));
}

TEST(RedisSubscriber, NoticesAHalfOpenLink) {
  PrivateRedis server;
  LoopRunner loop;
  Heard heard;
  RedisSubscriber subscriber(loop.io(), settings_for(server), heard.callbacks());
  subscriber.subscribe("monarch:bus:a");
  subscriber.start();
  ASSERT_TRUE(loop.until([&] { return subscriber.subscribed(); }));
  server.freeze();
  ASSERT_TRUE(loop.until([&] { return heard.disconnected.size() == 1; }, 5s));
  server.thaw();
  ASSERT_TRUE(loop.until([&] { return subscriber.subscribed(); }));
  EXPECT_EQ(heard.subscribed, (std::vector<bool>{false, true}));
}

TEST(RedisSubscriber, StaysConnectedWhenNothingIsPublished) {
  PrivateRedis server;
  LoopRunner loop;
  Heard heard;
  RedisSubscriber subscriber(loop.io(), settings_for(server), heard.callbacks());
  subscriber.subscribe("monarch:bus:a");
  subscriber.start();
  ASSERT_TRUE(loop.until([&] { return subscriber.subscribed(); }));
  // Three times silence_max: the PINGs are answered.
  EXPECT_FALSE(loop.until([&] { return !heard.disconnected.empty(); }, 900ms));
}

}  // namespace
}  // namespace monarch::stores
