// COVERAGE.md tells the truth: it has every row of the tables that it says it covers, every error
// by command, and every transcript; and each transcript that it names is there and shows what it is
// named for.
#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "markdown.hpp"

namespace monarch::transcript {
namespace {

constexpr const char* kFolder = "tests/transcripts/";
constexpr const char* kErrors = "errors-by-command-what-our-server-sends";

std::vector<Section> coverage() { return sections(std::string(kFolder) + "COVERAGE.md"); }

std::string text_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The words of a cell that are file names.
std::vector<std::string> transcripts_in(const std::string& cell) {
  std::vector<std::string> found;
  for (std::size_t at = 0; (at = cell.find('`', at)) != std::string::npos;) {
    const auto end = cell.find('`', at + 1);
    if (end == std::string::npos) break;
    const std::string word = cell.substr(at + 1, end - at - 1);
    if (word.ends_with(".msnp")) found.push_back(word);
    at = end + 1;
  }
  return found;
}

std::set<std::string> named() {
  std::set<std::string> found;
  for (const Section& section : coverage()) {
    for (const Cells& row : section.rows) {
      for (const std::string& name : transcripts_in(row.back())) found.insert(name);
    }
  }
  return found;
}

std::string without_backticks(std::string text) {
  std::erase(text, '`');
  return text;
}

std::vector<std::string> split_at_slashes(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t at = 0; (at = text.find(" / ", begin)) != std::string::npos; begin = at + 3) {
    parts.push_back(text.substr(begin, at - begin));
  }
  parts.push_back(text.substr(begin));
  return parts;
}

std::vector<std::string> codes_in(const std::string& text) {
  std::vector<std::string> codes;
  std::string digits;
  for (const char c : text + " ") {
    if (std::isdigit(static_cast<unsigned char>(c)) != 0) {
      digits += c;
      continue;
    }
    if (digits.size() == 3) codes.push_back(digits);
    digits.clear();
  }
  return codes;
}

using ErrorOfCommand = std::pair<std::string, std::string>;

// `ADG / REG / RMG` have their codes in the same order.
std::vector<ErrorOfCommand> errors_in_the_specification() {
  std::vector<ErrorOfCommand> found;
  const auto all = sections("docs/protocol/errors.md");
  const Section* section = find(all, kErrors);
  if (section == nullptr) return found;
  for (const Cells& row : section->rows) {
    std::vector<std::string> commands = {without_backticks(row.at(0))};
    std::vector<std::string> codes = {row.at(1)};
    if (split_at_slashes(row.at(1)).size() > 1) {
      commands = split_at_slashes(commands.front());
      codes = split_at_slashes(row.at(1));
    }
    for (std::size_t i = 0; i < std::min(commands.size(), codes.size()); ++i) {
      for (const std::string& code : codes_in(codes[i])) found.emplace_back(commands[i], code);
    }
  }
  return found;
}

TEST(Coverage, NamesEveryTranscriptAndNoOther) {
  std::set<std::string> there;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".msnp") there.insert(entry.path().filename().string());
  }
  for (const std::string& name : there) EXPECT_TRUE(named().contains(name)) << name;
  for (const std::string& name : named()) EXPECT_TRUE(there.contains(name)) << name;
}

TEST(Coverage, HasARowForEachRowOfTheSpecification) {
  std::size_t compared = 0;
  for (const Section& section : coverage()) {
    const auto link = section.heading.find("](../../");
    if (link == std::string::npos) continue;
    const auto hash = section.heading.find('#', link);
    ASSERT_NE(hash, std::string::npos) << section.heading;
    const std::string path = section.heading.substr(link + 8, hash - link - 8);
    const std::string anchor =
        section.heading.substr(hash + 1, section.heading.find(')', hash) - hash - 1);
    const auto all = sections(path);
    const Section* specified = find(all, anchor);
    ASSERT_NE(specified, nullptr) << section.heading;
    Cells wanted;
    Cells got;
    for (const Cells& row : specified->rows) wanted.push_back(row.front());
    for (const Cells& row : section.rows) got.push_back(row.front());
    EXPECT_EQ(got, wanted) << section.heading;
    compared += got.size();
  }
  EXPECT_GE(compared, 200U);
}

TEST(Coverage, EveryRowNamesATranscriptOrSaysWhyNot) {
  for (const Section& section : coverage()) {
    for (const Cells& row : section.rows) {
      EXPECT_TRUE(!transcripts_in(row.back()).empty() || row.back().starts_with("–"))
          << section.heading << ": " << row.front();
    }
  }
}

TEST(Coverage, HasEachErrorOfEachCommand) {
  const auto all = coverage();
  const Section* section = find(all, "errors-by-command");
  ASSERT_NE(section, nullptr);
  std::vector<ErrorOfCommand> got;
  for (const Cells& row : section->rows) got.emplace_back(row.at(0), row.at(1));
  const auto wanted = errors_in_the_specification();
  EXPECT_GE(wanted.size(), 60U);
  EXPECT_EQ(got, wanted);
}

TEST(Coverage, TheTranscriptOfAnErrorShowsIt) {
  const auto all = coverage();
  const Section* section = find(all, "errors-by-command");
  ASSERT_NE(section, nullptr);
  for (const Cells& row : section->rows) {
    for (const std::string& name : transcripts_in(row.at(2))) {
      EXPECT_NE(text_of(kFolder + name).find(" S: " + row.at(1) + " "), std::string::npos)
          << name << " shows no " << row.at(1) << " for " << row.at(0);
    }
  }
}

}  // namespace
}  // namespace monarch::transcript
