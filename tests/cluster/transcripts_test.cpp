// Every transcript against a real cluster, as its client would send it and byte by byte. Those with
// the same @setting lines share one: each begins with new accounts, and deletes them at its end.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "testing/cluster/cluster_target.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/transcript/player.hpp"

namespace monarch::testing {
namespace {

// What this cluster can do of what transcripts @needs; a verb that arrives is added here.
const std::set<std::string> kFeatures = {"account-states", "administration", "alerts",
                                         "chat",           "kick",           "shutdown-notice"};

using SettingsOf = std::map<std::string, std::string>;

// Those with the same settings one after the other, for one cluster at a time is shared: together
// they would have more connections than the private PostgreSQL takes.
std::vector<std::string> files() {
  std::set<std::pair<SettingsOf, std::string>> found;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts", missing)) {
    if (entry.path().extension() != ".msnp") continue;
    const auto transcript = transcript::load(entry.path().string());
    found.emplace(transcript ? transcript->fixture.settings : SettingsOf(), entry.path().string());
  }
  std::vector<std::string> paths;
  for (const auto& [settings, path] : found) paths.push_back(path);
  return paths;
}

bool stops_a_node(const transcript::Transcript& transcript) {
  return std::any_of(transcript.steps.begin(), transcript.steps.end(), [](const auto& step) {
    return step.kind == transcript::Step::Kind::kOperator && step.words.starts_with("stop ");
  });
}

std::string test_name(const ::testing::TestParamInfo<std::string>& info) {
  std::string name = std::filesystem::path(info.param).stem().string();
  std::replace_if(
      name.begin(), name.end(), [](unsigned char c) { return std::isalnum(c) == 0; }, '_');
  return name;
}

class ClusterTranscripts : public ::testing::TestWithParam<std::string> {
 protected:
  void run(const transcript::SocketOptions& sockets) {
    const auto transcript = transcript::load(GetParam());
    ASSERT_TRUE(transcript.ok()) << transcript.error();
    const std::string skip = transcript::reason_to_skip(*transcript, "cluster", kFeatures);
    if (!skip.empty()) GTEST_SKIP() << skip;
    if (needs_own_cluster(transcript->fixture)) {
      LocalCluster own(options_for(transcript->fixture));
      const auto started = own.start();
      ASSERT_TRUE(started.ok()) << started.error();
      play(*transcript, own, sockets);
      return;
    }
    if (!shared_ || settings_ != transcript->fixture.settings) {
      shared_.reset();
      auto cluster = std::make_unique<LocalCluster>(options_for(transcript->fixture));
      const auto started = cluster->start();
      ASSERT_TRUE(started.ok()) << started.error();
      shared_ = std::move(cluster);
      settings_ = transcript->fixture.settings;
    }
    play(*transcript, *shared_, sockets);
    // What follows a failure is not to fail for it, nor for a node that was stopped.
    if (HasFailure() || stops_a_node(*transcript)) shared_.reset();
  }

  static void play(const transcript::Transcript& transcript, LocalCluster& cluster,
                   const transcript::SocketOptions& sockets) {
    ClusterTarget target(cluster, sockets);
    const auto played = transcript::play(transcript, target);
    ASSERT_TRUE(played.ok()) << played.error() << cluster.logs();
    if (needs_own_cluster(transcript.fixture) || stops_a_node(transcript)) return;
    const auto cleared = target.clear();
    ASSERT_TRUE(cleared.ok()) << cleared.error() << cluster.logs();
  }

  static void TearDownTestSuite() { shared_.reset(); }

 private:
  static inline std::unique_ptr<LocalCluster> shared_;
  static inline SettingsOf settings_;  // that it was started with
};

TEST_P(ClusterTranscripts, Plays) { run({}); }

TEST_P(ClusterTranscripts, PlaysByteByByte) {
  transcript::SocketOptions sockets;
  sockets.every_byte = true;
  run(sockets);
}

INSTANTIATE_TEST_SUITE_P(All, ClusterTranscripts, ::testing::ValuesIn(files()), test_name);

}  // namespace
}  // namespace monarch::testing
