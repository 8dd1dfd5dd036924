// Settings that make no sense stop the start: exit status 2 and one line that names the setting.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "testing/cluster/child_process.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/cluster/loopback.hpp"
#include "town.hpp"

namespace monarch::testing {
namespace {

using Words = std::vector<std::string>;

const std::vector<std::string> kRoles = {"auth", "presence", "notification", "switchboard",
                                         "dispatch"};

class Settings : public ::testing::Test {
 protected:
  Settings() {
    directory_ = (std::filesystem::temp_directory_path() / "monarch-settings-XXXXXX").string();
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    good_key_ = file("good-key", "1:" + std::string(64, 'a'), 0600);
  }
  ~Settings() override { std::filesystem::remove_all(directory_); }

  std::string file(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path) << text << "\n";
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }

  // Settings with which the process would start.
  [[nodiscard]] Words sound(const std::string& role) const {
    Words words = {LocalCluster::program("monarch-" + role)};
    if (role == "auth" || role == "presence") {
      words.push_back("--postgres=host=127.0.0.1 port=1 dbname=none user=nobody");
    } else {
      words.insert(words.end(), {"--bind=127.0.0.1:0", "--advertise=127.0.0.1:1863"});
    }
    if (role == "auth") words.push_back("--password-key-file=" + good_key_);
    return words;
  }

  // With these in addition it ends, and the only line about it holds `wanted`.
  void expect_refused(const std::string& role, const Words& more, const std::string& wanted) {
    SCOPED_TRACE("monarch-" + role + " " + (more.empty() ? "" : more.back()));
    Words words = sound(role);
    words.insert(words.end(), more.begin(), more.end());
    const std::string log = directory_ + "/log";
    std::filesystem::remove(log);
    auto process = ChildProcess::start(words, log);
    ASSERT_TRUE(good(process));
    EXPECT_EQ(process->wait(std::chrono::seconds(20)), 2);
    // What it logged before is not about settings.
    std::vector<std::string> lines;
    std::ifstream text(log);
    for (std::string line; std::getline(text, line);) {
      if (!line.starts_with("ts=")) lines.push_back(line);
    }
    ASSERT_EQ(lines.size(), 1U) << tail_of(log, 20, "  ");
    EXPECT_NE(lines.front().find(wanted), std::string::npos) << lines.front();
  }
  void expect_all_refuse(const Words& more, const std::string& wanted) {
    for (const std::string& role : kRoles) expect_refused(role, more, wanted);
  }

  std::string directory_;
  std::string good_key_;
};

TEST_F(Settings, AreKnownByName) {
  expect_all_refuse({"--no-such-setting=1"}, "--no-such-setting");
  const std::string unknown = file("unknown.toml", "log-level = \"info\"\nno-such-key = 1", 0644);
  expect_all_refuse({"--config=" + unknown}, "no-such-key");
  expect_all_refuse({"--config=" + directory_ + "/missing.toml"}, "--config");
}

TEST_F(Settings, AreReadable) {
  expect_all_refuse({"--grace-time=soon"}, "--grace-time");
  expect_all_refuse({"--log-level=loud"}, "--log-level");
  expect_all_refuse({"--dead-after=1s", "--heartbeat-interval=1s"}, "--dead-after");
  expect_all_refuse({"--node-id=Node 1"}, "--node-id");
  expect_refused("notification", {"--capacity=0"}, "--capacity");
  expect_refused("notification", {"--challenge-every=10s"}, "--challenge-every");
  expect_refused("notification", {"--challenge-within=0s"}, "--challenge-within");
  expect_refused("presence", {"--presence-without-al=perhaps"}, "--presence-without-al");
  expect_refused("notification", {"--sessions-max=9999"}, "--sessions-max");
  expect_refused("notification", {"--capacity=20000"}, "--connections-max");
  const std::string words = "--forbidden-words-file";
  expect_refused("notification", {words + "=" + directory_ + "/missing"}, words);
  expect_refused("notification", {words + "=" + directory_}, words);
  expect_refused("notification", {words + "=" + file("long", std::string(130, 'x'), 0644)}, words);
  for (const char* role : {"notification", "switchboard", "dispatch"}) {
    expect_refused(role, {"--proxy-protocol=required"}, "--proxy-from");
    expect_refused(role, {"--proxy-from=10.0.0.0/8"}, "--proxy-from");
  }
}

TEST_F(Settings, DoNotAdvertiseWhatNobodyCouldReach) {
  for (const char* role : {"notification", "switchboard", "dispatch"}) {
    expect_refused(role, {"--advertise=0.0.0.0:1863"}, "--advertise");
    expect_refused(role, {"--advertise=127.0.0.1:0"}, "--advertise");
    expect_refused(role, {"--advertise=nowhere"}, "--advertise");
  }
  expect_all_refuse({"--rpc-advertise=0.0.0.0:17000"}, "--rpc-advertise");
  expect_all_refuse({"--rpc-bind=0.0.0.0:0"}, "--rpc-bind");
}

TEST_F(Settings, KeepSecretsSecret) {
  const std::string key = std::string(64, 'a');
  const std::vector<std::pair<std::string, Words>> flags = {
      {"--redis-password-file", kRoles},
      {"--admin-token-file", kRoles},
      {"--postgres-password-file", {"auth", "presence"}},
      {"--password-key-file", {"auth"}}};
  const std::string open = file("open", key, 0644);
  const std::string empty = file("empty", "", 0600);
  const std::string closed = file("closed", key, 0000);
  for (const auto& [flag, roles] : flags) {
    for (const std::string& role : roles) {
      expect_refused(role, {flag + "=" + directory_ + "/missing"}, flag + ": cannot read");
      expect_refused(role, {flag + "=" + directory_}, flag);
      expect_refused(role, {flag + "=" + open}, flag);
      expect_refused(role, {flag + "=" + empty}, flag);
      // Root reads everything.
      if (geteuid() != 0) expect_refused(role, {flag + "=" + closed}, flag + ": cannot read");
    }
  }
  expect_refused("auth", {"--password-key-file=" + file("short", "1:abc", 0600)},
                 "--password-key-file");
}

TEST_F(Settings, TakeNoPortThatIsInUse) {
  const std::string host = fresh_loopback_corner() + ".1";
  const std::string log = directory_ + "/first";
  Words first = sound("dispatch");
  const auto at = [&host](std::uint16_t port) { return host + ":" + std::to_string(port); };
  first.insert(first.end(), {"--bind=" + at(kClientPort), "--rpc-bind=" + at(kRpcPort),
                             "--admin-bind=" + at(kAdminPort)});
  auto process = ChildProcess::start(first, log);
  ASSERT_TRUE(good(process));
  // The one for clients is opened last.
  const TimePoint deadline = SystemClock().now() + std::chrono::seconds(10);
  while (!listens(at(kClientPort))) {
    ASSERT_TRUE(process->running() && SystemClock().now() < deadline) << tail_of(log, 5, "  ");
  }
  expect_all_refuse({"--admin-bind=" + at(kAdminPort)}, "--admin-bind");
  expect_all_refuse({"--rpc-bind=" + at(kRpcPort)}, "--rpc-bind");
  for (const char* role : {"notification", "switchboard", "dispatch"}) {
    expect_refused(role, {"--bind=" + at(kClientPort)}, "--bind");
  }
}

}  // namespace
}  // namespace monarch::testing
