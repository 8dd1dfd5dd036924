// What a sign-in and a change of status cost, counted on the real processes: requests, Redis round
// trips, publishes, commits. Counts do not depend on the machine; times are for docs/benchmarks.md.
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "testing/cluster/administration.hpp"
#include "testing/cluster/cluster_target.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/cluster/loopback.hpp"
#include "testing/cluster/msnp_client.hpp"

namespace monarch::testing {
namespace {

constexpr std::chrono::seconds kAdminWithin{5};
constexpr std::size_t kWatchersMax = 100;
constexpr const char* kPassword = "swordfish";

using Counts = std::map<std::string, long>;

Counts operator-(Counts later, const Counts& earlier) {
  for (const auto& [name, value] : earlier) later[name] -= value;
  return later;
}

std::string handle_of(const std::string& key) { return key + "@example.com"; }

ClusterOptions options() {
  ClusterOptions options;
  // Nothing is compared of its own accord meanwhile.
  options.flags["notification"] = {"--compare-every=24h"};
  return options;
}

// A cluster with its clients; everybody who is `online` has sent SYN and CHG.
class Budget : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto started = cluster_.start();
    ASSERT_TRUE(started.ok()) << started.error();
  }

  void make_account(const std::string& key) {
    const auto made =
        create_account(cluster_.rpc_address("auth-1"), {handle_of(key), kPassword, key});
    ASSERT_TRUE(made.ok()) << made.error();
  }

  MsnpClient& client(const std::string& key) {
    auto& client = clients_[key];
    if (!client) client = std::make_unique<MsnpClient>(target_, key);
    return *client;
  }

  void sign_in(const std::string& key, const std::string& node) {
    const auto done =
        client(key).sign_in(cluster_.client_address(node), 5, handle_of(key), kPassword);
    ASSERT_TRUE(done.ok()) << done.error();
  }

  void ask(const std::string& key, const std::string& command) {
    const auto line = client(key).ask(command);
    ASSERT_TRUE(line.ok()) << line.error();
    ASSERT_EQ(line->substr(0, 3), command.substr(0, 3)) << key << ": " << *line;
  }

  void go_online(const std::string& key) {
    ask(key, "SYN % 0");
    ask(key, "CHG % NLN");
  }

  void wait_for(const std::string& key, const std::string& begin) {
    while (true) {
      const auto line = client(key).next();
      ASSERT_TRUE(line.ok()) << key << " waits for " << begin << ": " << line.error();
      if (line->starts_with(begin)) return;
    }
  }

  // Requests by operation, of all instances; verifications as "verify".
  Counts calls() {
    Counts sums;
    for (const auto& name : cluster_.names()) {
      if (!name.starts_with("presence-") && !name.starts_with("auth-")) continue;
      const auto answer = ask_admin(cluster_.host(name), kAdminPort, "/metrics", kAdminWithin);
      EXPECT_TRUE(answer.ok());
      if (!answer.ok()) continue;
      std::istringstream lines(answer->body);
      for (std::string line; std::getline(lines, line);) count(line, sums);
    }
    return sums;
  }

  // Calls of each command since Redis began, "get" and so on. Those of scripts count, too.
  Counts redis_commands() {
    Counts calls;
    const auto info = cluster_.redis_info("commandstats");
    EXPECT_TRUE(info.ok()) << info.error();
    std::istringstream lines(info.ok() ? *info : "");
    for (std::string line; std::getline(lines, line);) {
      const std::string prefix = "cmdstat_";
      const auto colon = line.find(":calls=");
      if (!line.starts_with(prefix) || colon == std::string::npos) continue;
      calls[line.substr(prefix.size(), colon - prefix.size())] =
          std::strtol(line.c_str() + colon + 7, nullptr, 10);
    }
    return calls;
  }

  // Grows with each transaction that writes; reading takes none.
  std::string next_transaction() {
    return cluster_.sql("SELECT pg_snapshot_xmax(pg_current_snapshot())");
  }

  LocalCluster cluster_{options()};
  ClusterTarget target_{cluster_};
  std::map<std::string, std::unique_ptr<MsnpClient>> clients_;

 private:
  static void count(const std::string& line, Counts& sums) {
    const auto value = std::strtol(line.c_str() + line.rfind(' ') + 1, nullptr, 10);
    const std::string requests = "monarch_presence_requests_total{operation=\"";
    const std::string replies = "monarch_presence_request_seconds_count{";
    const std::string verifications = "monarch_auth_verifications_total{";
    if (line.starts_with(requests)) {
      const auto name = line.substr(requests.size());
      sums[name.substr(0, name.find('"'))] += value;
      sums["requests"] += value;
    } else if (line.starts_with(replies)) {
      sums["replies"] += value;
    } else if (line.starts_with(verifications)) {
      sums["verify"] += value;
    }
  }
};

// ARCHITECTURE.md#the-way-of-a-sign-in: Verify, open, SYN, CHG, and no commit.
TEST_F(Budget, SignInIsFourCallsAndNoCommit) {
  make_account("alice");
  make_account("bob");
  // Whatever is done once per process has been done.
  sign_in("bob", "notification-1");
  go_online("bob");

  // Autovacuum may write meanwhile; but not each time, and a sign-in that did would.
  bool committed = true;
  for (int attempt = 0; attempt < 3 && committed; ++attempt) {
    const auto before = calls();
    const auto transaction = next_transaction();
    sign_in("alice", "notification-1");
    go_online("alice");
    committed = next_transaction() != transaction;
    auto cost = calls() - before;
    EXPECT_EQ(cost["verify"], 1);
    EXPECT_EQ(cost["open_session"], 1);
    EXPECT_EQ(cost["synchronize"], 1);
    EXPECT_EQ(cost["change_status"], 1);
    // The end of the attempt before may fall into this one.
    EXPECT_EQ(cost["requests"] - cost["close_session"], 3);
    client("alice").sign_out();
  }
  EXPECT_FALSE(committed);
}

// One stream message each way, two pipelined round trips, one publish for each node: however many
// watch.
TEST_F(Budget, ChangeOfStatusCostsTheSameForAnyNumberOfWatchers) {
  const std::map<std::string, std::size_t> subjects = {{"one", 1}, {"ten", 10}, {"all", 100}};
  for (const auto& [subject, watchers] : subjects) make_account(subject);
  for (std::size_t i = 0; i < kWatchersMax; ++i) {
    const std::string key = "watcher" + std::to_string(i);
    make_account(key);
    sign_in(key, i % 2 == 0 ? "notification-1" : "notification-2");
    for (const auto& [subject, watchers] : subjects) {
      if (i < watchers) ask(key, "ADD % FL " + handle_of(subject) + " " + subject);
    }
    go_online(key);
  }
  for (const auto& [subject, watchers] : subjects) {
    SCOPED_TRACE(subject);
    sign_in(subject, "notification-1");
    go_online(subject);
    for (std::size_t i = 0; i < watchers; ++i) {
      wait_for("watcher" + std::to_string(i), "NLN NLN " + handle_of(subject));
    }
    const auto calls_before = calls();
    const auto redis_before = redis_commands();
    ask(subject, "CHG % BSY");
    for (std::size_t i = 0; i < watchers; ++i) {
      wait_for("watcher" + std::to_string(i), "NLN BSY " + handle_of(subject));
    }
    auto redis = redis_commands() - redis_before;
    auto cost = calls() - calls_before;
    EXPECT_EQ(cost["requests"], 1);
    EXPECT_EQ(cost["change_status"], 1);
    EXPECT_EQ(cost["replies"], 1);
    // Each trip to the online index begins with the generation; the other trip publishes.
    EXPECT_EQ(redis["get"], 1);
    EXPECT_EQ(redis["evalsha"], 1);
    EXPECT_EQ(redis["spublish"], watchers == 1 ? 1 : 2);
    EXPECT_EQ(redis["hmget"], static_cast<long>(watchers) + 1) << "the script reads its record";
  }
}

}  // namespace
}  // namespace monarch::testing
