#include "cluster/registry.hpp"

#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "cluster/registrar.hpp"
#include "stores/integration/loop_runner.hpp"
#include "stores/redis_client.hpp"
#include "testing/servers/private_redis.hpp"

namespace monarch::cluster {
namespace {

using namespace std::chrono_literals;
using monarch::testing::LoopRunner;
using monarch::testing::PrivateRedis;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kInterval = 30ms;
constexpr auto kDeadAfter = 400ms;

stores::RedisSettings redis_settings(const PrivateRedis& server) {
  stores::RedisSettings settings;
  settings.host = server.host();
  settings.port = server.port();
  settings.backoff_min = 10ms;
  settings.backoff_max = 50ms;
  settings.ping_interval = 50ms;
  settings.answer_max = 200ms;
  settings.silence_max = 600ms;
  settings.connect_timeout = 500ms;
  return settings;
}

NodeRecord record_of(const std::string& id, std::uint64_t incarnation = 1) {
  NodeRecord record;
  record.id = NodeId(id);
  record.incarnation = incarnation;
  record.role = "notification";
  record.advertised = "127.0.1.1:1863";
  record.rpc = "127.0.1.1:50051";
  record.capacity = 100;
  return record;
}

// A process of the cluster as far as the registry is concerned.
struct Node {
  Node(LoopRunner& loop, const PrivateRedis& server, NodeRecord record)
      : redis(loop.io(), redis_settings(server),
              {[this] {
                 registrar.beat_now();
                 registry.refresh();
               },
               {}}),
        registrar(loop.io(), redis, clock, {kInterval, kDeadAfter}, std::move(record),
                  {[this] { said.emplace_back("declared dead"); },
                   [this] { said.emplace_back("back"); }}),
        registry(
            loop.io(), redis, clock, {kInterval, {kDeadAfter, 300ms}},
            {[this](const NodeEvent& event) {
               said.push_back(std::string(to_string(event.change)) + " " + event.record.id.value());
             },
             {}}) {
    redis.start();
  }

  [[nodiscard]] bool said_that(const std::string& what) const {
    return std::find(said.begin(), said.end(), what) != said.end();
  }
  [[nodiscard]] std::vector<std::string> ready() const {
    std::vector<std::string> ids;
    for (const auto& record : registry.ready("notification")) ids.push_back(record.id.value());
    return ids;
  }

  SystemClock clock;
  std::vector<std::string> said;
  stores::RedisClient redis;
  Registrar registrar;
  Registry registry;
};

TEST(Registry, SeesNodesComeWorkDrainAndLeave) {
  PrivateRedis server;
  LoopRunner loop;
  Node watcher(loop, server, record_of("watcher"));
  watcher.registry.start();
  ASSERT_TRUE(loop.until([&] { return watcher.registry.informed(); }));
  EXPECT_THAT(watcher.ready(), IsEmpty());

  Node node(loop, server, record_of("a"));
  node.registrar.start();
  ASSERT_TRUE(loop.until([&] { return watcher.said_that("joined a"); }));
  EXPECT_THAT(watcher.ready(), ElementsAre("a"));
  EXPECT_TRUE(watcher.registry.ready("dispatch").empty());

  node.registrar.set_load(42);
  ASSERT_TRUE(loop.until([&] { return watcher.registry.find(NodeId("a"))->record.load == 42; }));
  EXPECT_FALSE(watcher.said_that("updated a"));

  node.registrar.set_state(NodeState::kDraining);
  ASSERT_TRUE(loop.until([&] { return watcher.said_that("updated a"); }));
  EXPECT_THAT(watcher.ready(), IsEmpty());
  EXPECT_EQ(watcher.registry.alive("notification").size(), 1U);

  EXPECT_TRUE(loop.get(node.registrar.leave()));
  ASSERT_TRUE(loop.until([&] { return watcher.said_that("left a"); }));
  EXPECT_THAT(watcher.said, Not(Contains("died a")));
  EXPECT_EQ(server.execute("HLEN monarch:nodes"), ":0\r\n");
}

TEST(Registry, ANodeThatStopsBeatingDiesAndIsPurged) {
  PrivateRedis server;
  LoopRunner loop;
  Node watcher(loop, server, record_of("watcher"));
  watcher.registry.start();
  {
    Node node(loop, server, record_of("a"));
    node.registrar.start();
    ASSERT_TRUE(loop.until([&] { return watcher.said_that("joined a"); }));
    // Destroyed without leave(): as kill -9 has it.
  }
  ASSERT_TRUE(loop.until([&] { return watcher.said_that("died a"); }, 5s));
  EXPECT_THAT(watcher.ready(), IsEmpty());
  ASSERT_TRUE(loop.until([&] { return watcher.registry.table().empty(); }, 5s));
  EXPECT_EQ(server.execute("HLEN monarch:nodes"), ":0\r\n");
}

TEST(Registry, ALateLeaveSparesTheNextIncarnation) {
  PrivateRedis server;
  LoopRunner loop;
  Node watcher(loop, server, record_of("watcher"));
  watcher.registry.start();
  Node before(loop, server, record_of("a", 1));
  before.registrar.start();
  ASSERT_TRUE(loop.until([&] { return watcher.said_that("joined a"); }));
  {
    // The old one beats no more, but has not left yet, when the new one starts.
    auto left = before.registrar.leave();
    ASSERT_TRUE(loop.get(std::move(left)));
  }
  Node after(loop, server, record_of("a", 2));
  after.registrar.start();
  ASSERT_TRUE(loop.until([&] { return watcher.said_that("reincarnated a"); }));
  EXPECT_TRUE(loop.get(before.registrar.leave()));
  EXPECT_EQ(server.execute("HLEN monarch:nodes"), ":1\r\n");
}

TEST(Registry, NobodyDiesWhileRedisIsAwayOrFrozen) {
  PrivateRedis server;
  LoopRunner loop;
  Node watcher(loop, server, record_of("watcher"));
  watcher.registry.start();
  Node node(loop, server, record_of("a"));
  node.registrar.start();
  ASSERT_TRUE(loop.until([&] { return watcher.said_that("joined a"); }));
  // The node has read by now that its first heartbeat was written, which it may not have when the
  // watcher sees it.
  ASSERT_TRUE(loop.until([&] {
    const auto alive = watcher.registry.alive("notification");
    return !alive.empty() && alive.front().beat >= 3;
  }));

  server.freeze();
  // It notices by itself that the others may have given it up.
  ASSERT_TRUE(loop.until([&] { return node.said_that("declared dead"); }, 5s));
  EXPECT_TRUE(node.registrar.declared_dead());
  EXPECT_THAT(watcher.ready(), ElementsAre("a")) << "the last table stands";
  server.thaw();
  ASSERT_TRUE(loop.until([&] { return node.said_that("back"); }, 5s));
  EXPECT_FALSE(node.registrar.declared_dead());

  server.stop();
  ASSERT_TRUE(loop.until([&] { return node.registrar.declared_dead(); }, 5s));
  EXPECT_THAT(watcher.ready(), ElementsAre("a"));
  server.start();
  ASSERT_TRUE(loop.until([&] { return !node.registrar.declared_dead(); }, 5s));
  const auto reading = watcher.registry.last_reading();
  ASSERT_TRUE(loop.until([&] {
    const auto last = watcher.registry.last_reading();
    return last && *last - *reading > 2 * kDeadAfter;
  }));
  EXPECT_THAT(watcher.said, Not(Contains("died a")));
  EXPECT_THAT(watcher.said, Not(Contains("left a")));
  EXPECT_THAT(watcher.ready(), ElementsAre("a"));
}

// deploy/redis/users.acl.template with a password put in for each user.
std::vector<std::string> access_rules() {
  std::ifstream file("deploy/redis/users.acl.template");
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("user ")) continue;
    const auto begin = line.find("@PASSWORD_");
    if (begin != std::string::npos) {
      line.replace(begin, line.find('@', begin + 1) + 1 - begin, "secret");
    }
    lines.push_back(line);
  }
  return lines;
}

TEST(RedisUsers, MayDoWhatTheyNeedAndNoMore) {
  PrivateRedis server(access_rules());
  LoopRunner loop;
  const auto refused = [&](const std::string& user, stores::Command command) {
    auto settings = redis_settings(server);
    settings.user = user;
    settings.password = "secret";
    settings.client_name = user;
    stores::RedisClient client(loop.io(), settings);
    client.start();
    EXPECT_TRUE(loop.until([&] { return client.connected(); })) << client.health().reason;
    const auto reply = loop.get(client.command(std::move(command)));
    if (reply.ok()) return std::string();
    return reply.error().text.find("NOPERM") == std::string::npos ? reply.error().text : "NOPERM";
  };
  using stores::Command;
  for (const auto* user : {"presence", "notification", "dispatch", "switchboard", "auth"}) {
    EXPECT_EQ(refused(user, Command("HSET", kNodesKey, "n", "r")), "");
    EXPECT_EQ(refused(user, Command("HGETALL", kNodesKey)), "");
    const stores::Script remove("return redis.call('HDEL', KEYS[1], ARGV[1])");
    EXPECT_EQ(refused(user, Command::eval(remove, {std::string(kNodesKey)}, "n")), "");
    EXPECT_EQ(refused(user, Command("FLUSHALL")), "NOPERM");
    EXPECT_EQ(refused(user, Command("KEYS", "*")), "NOPERM");
    EXPECT_EQ(refused(user, Command("CONFIG", "GET", "dir")), "NOPERM");
    EXPECT_EQ(refused(user, Command("ACL", "LIST")), "NOPERM");
    const bool presence = std::string(user) == "presence";
    EXPECT_EQ(refused(user, Command("HGET", "monarch:{7}:online", "s")), presence ? "" : "NOPERM");
    EXPECT_EQ(refused(user, Command("SPUBLISH", "monarch:bus:n", "m")), presence ? "" : "NOPERM");
    EXPECT_EQ(refused(user, Command("HSET", "elsewhere", "n", "r")), "NOPERM");
  }
  EXPECT_EQ(refused("presence", Command("SPUBLISH", "elsewhere", "m")), "NOPERM");
  EXPECT_EQ(refused("presence", Command("ZADD", "monarch:node:n:sessions", 0, "1")), "");
  EXPECT_EQ(refused("presence", Command("SET", "monarch:generation", "1")), "");
  EXPECT_EQ(refused("presence", Command("DEL", kNodesKey)), "NOPERM");
  for (const auto* user : {"notification", "dispatch", "switchboard", "auth"}) {
    EXPECT_EQ(refused(user, Command("GET", "monarch:generation")), "NOPERM");
    EXPECT_EQ(refused(user, Command("ZRANGEBYLEX", "monarch:node:n:sessions", "-", "+")), "NOPERM");
    EXPECT_EQ(refused(user, Command("SSUBSCRIBE", "elsewhere")), "NOPERM");
  }
}

}  // namespace
}  // namespace monarch::cluster
