#include "markdown.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>

namespace monarch::transcript {
namespace {

std::string anchor_of(std::string_view heading) {
  std::string anchor;
  for (const char c : heading) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_') {
      anchor += static_cast<char>(std::tolower(byte));
    } else if (c == ' ') {
      anchor += '-';
    }
  }
  return anchor;
}

std::string trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(' ');
  if (begin == std::string_view::npos) return "";
  return std::string(text.substr(begin, text.find_last_not_of(' ') - begin + 1));
}

// `| a | b |` at its bars, but not at `\|`.
Cells cells(std::string_view line) {
  Cells found;
  std::size_t begin = 1;
  for (std::size_t i = 1; i < line.size(); ++i) {
    if (line[i] != '|' || line[i - 1] == '\\') continue;
    found.push_back(trimmed(line.substr(begin, i - begin)));
    begin = i + 1;
  }
  return found;
}

bool is_rule(const Cells& row) {
  return !row.empty() && std::all_of(row.begin(), row.end(), [](const std::string& cell) {
    return cell.starts_with("---");
  });
}

}  // namespace

std::vector<Section> sections(const std::string& path) {
  std::vector<Section> found;
  std::ifstream file(path);
  bool code = false;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("```")) code = !code;
    if (code) continue;
    if (line.starts_with("#")) {
      const std::string heading = line.substr(std::min(line.find_first_not_of("# "), line.size()));
      found.push_back({heading, anchor_of(heading), {}});
    }
    if (!line.starts_with("|") || found.empty()) continue;
    Cells row = cells(line);
    auto& rows = found.back().rows;
    // The row above a rule is the heading of the table.
    if (!is_rule(row)) {
      rows.push_back(std::move(row));
    } else if (!rows.empty()) {
      rows.pop_back();
    }
  }
  return found;
}

const Section* find(const std::vector<Section>& all, std::string_view anchor) {
  const auto it = std::find_if(all.begin(), all.end(),
                               [&](const Section& section) { return section.anchor == anchor; });
  return it == all.end() ? nullptr : &*it;
}

}  // namespace monarch::transcript
