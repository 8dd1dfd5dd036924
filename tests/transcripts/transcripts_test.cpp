// Every file here can be read, and stands on a section of the specification that exists.
#include <algorithm>
#include <filesystem>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

#include "markdown.hpp"
#include "testing/transcript/transcript.hpp"

namespace monarch::transcript {
namespace {

std::vector<std::string> files() {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("tests/transcripts")) {
    if (entry.path().extension() == ".msnp") found.push_back(entry.path().string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

TEST(Transcripts, AllCanBeRead) {
  const auto all = files();
  EXPECT_GE(all.size(), 130U);
  for (const std::string& file : all) {
    const auto transcript = load(file);
    EXPECT_TRUE(transcript.ok()) << transcript.error();
  }
}

TEST(Transcripts, EachCitesASectionThatExists) {
  for (const std::string& file : files()) {
    const auto transcript = load(file);
    if (!transcript.ok()) continue;
    const auto hash = transcript->source.find('#');
    ASSERT_NE(hash, std::string::npos) << file;
    const std::string anchor = transcript->source.substr(hash + 1);
    const auto all = sections(transcript->source.substr(0, hash));
    EXPECT_NE(find(all, anchor), nullptr) << file << ": " << transcript->source;
  }
}

TEST(Transcripts, NeedsAreSpelledAlike) {
  const std::set<std::string> known = {"account-states",
                                       "administration",
                                       "kick",
                                       "alerts",
                                       "challenges",
                                       "chat",
                                       "groups",
                                       "ims",
                                       "invitation-mail",
                                       "pages",
                                       "shutdown-notice",
                                       "url"};
  for (const std::string& file : files()) {
    const auto transcript = load(file);
    if (!transcript.ok()) continue;
    for (const std::string& need : transcript->needs) {
      EXPECT_TRUE(known.contains(need)) << file << ": @needs " << need;
    }
  }
}

}  // namespace
}  // namespace monarch::transcript
