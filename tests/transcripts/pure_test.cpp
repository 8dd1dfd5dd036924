// Every transcript against the pure cores, as its client would send it and byte by byte.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "testing/transcript/player.hpp"
#include "testing/world/pure_target.hpp"

namespace monarch::world {
namespace {

// What the cores can do of what transcripts @needs; a verb that arrives is added here.
const std::set<std::string> kFeatures = {"account-states", "administration", "alerts",
                                         "chat",           "kick",           "shutdown-notice"};

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

class PureTranscripts : public ::testing::TestWithParam<std::string> {
 protected:
  static void run(bool every_byte) {
    const auto transcript = transcript::load(GetParam());
    ASSERT_TRUE(transcript.ok()) << transcript.error();
    const std::string skip = transcript::reason_to_skip(*transcript, "pure", kFeatures);
    if (!skip.empty()) GTEST_SKIP() << skip;
    PureTarget target(every_byte);
    const auto played = transcript::play(*transcript, target);
    EXPECT_TRUE(played.ok()) << played.error();
  }
};

TEST_P(PureTranscripts, Plays) { run(false); }
TEST_P(PureTranscripts, PlaysByteByByte) { run(true); }

// With no files at all nothing would fail: transcripts_test.cpp counts them.
INSTANTIATE_TEST_SUITE_P(All, PureTranscripts, ::testing::ValuesIn(files()), test_name);

}  // namespace
}  // namespace monarch::world
