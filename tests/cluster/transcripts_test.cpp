// Every transcript against a real cluster of its own, as its client would send it and byte by byte.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "testing/cluster/cluster_target.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/transcript/player.hpp"

namespace monarch::testing {
namespace {

// What this cluster can do of what transcripts @needs; a verb that arrives is added here.
const std::set<std::string> kFeatures = {};

std::vector<std::string> files() {
  std::vector<std::string> found;
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts", missing)) {
    if (entry.path().extension() == ".msnp") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
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
    LocalCluster cluster(options_for(transcript->fixture));
    const auto started = cluster.start();
    ASSERT_TRUE(started.ok()) << started.error();
    ClusterTarget target(cluster, sockets);
    const auto played = transcript::play(*transcript, target);
    EXPECT_TRUE(played.ok()) << played.error() << cluster.logs();
  }
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
