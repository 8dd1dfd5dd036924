// Every file here can be read, and stands on a section of the specification that exists.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <set>
#include <string>
#include <vector>

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

// Headings become anchors as GitHub makes them: lower case, punctuation gone, spaces to hyphens.
std::set<std::string> anchors(const std::string& path) {
  std::set<std::string> found;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with("#")) continue;
    std::string anchor;
    for (const char c : line.substr(line.find_first_not_of("# "))) {
      const auto byte = static_cast<unsigned char>(c);
      if (std::isalnum(byte) != 0 || c == '-' || c == '_') {
        anchor += static_cast<char>(std::tolower(byte));
      } else if (c == ' ') {
        anchor += '-';
      }
    }
    found.insert(anchor);
  }
  return found;
}

TEST(Transcripts, AllCanBeRead) {
  const auto all = files();
  EXPECT_GE(all.size(), 30U);
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
    EXPECT_TRUE(anchors(transcript->source.substr(0, hash)).contains(anchor))
        << file << ": " << transcript->source;
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
