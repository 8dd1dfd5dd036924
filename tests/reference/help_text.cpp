#include "help_text.hpp"

#include <cctype>
#include <optional>
#include <regex>
#include <sstream>
#include <utility>

namespace monarch::reference {
namespace {

// Where CLI11 lets the explanations begin: beside a short flag, below a long one.
constexpr std::size_t kMargin = 30;

bool cut_suffix(std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix)) return false;
  text.erase(text.size() - suffix.size());
  return true;
}

// The first group of the pattern, which is taken out of the text.
std::optional<std::string> take(std::string& text, const char* pattern) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex(pattern))) return std::nullopt;
  std::string group = found[1];
  text = found.prefix().str() + found.suffix().str();
  return group;
}

struct Option {
  std::string head;
  std::string about;
  bool below = false;

  // A line of the explanation below the flag. Then nothing of it was beside the flag, and a space
  // at the margin was one of the flag's own.
  void add_line(const std::string& line) {
    if (!below) head += std::exchange(about, "");
    about += (below ? " " : "") + line;
    below = true;
  }
};

// "  --flag KIND", with what CLI11 puts there itself.
Setting parse_head(std::string head) {
  head.erase(head.find_last_not_of(' ') + 1);
  Setting setting;
  if (auto variable = take(head, " *\\(Env:(\\w+)\\)")) setting.variable = *variable;
  setting.required = take(head, " (REQUIRED)").has_value();
  setting.repeated = take(head, " (\\.\\.\\.)$").has_value();
  std::istringstream words(head);
  words >> setting.flag;
  if (const auto comma = setting.flag.rfind(','); comma != std::string::npos) {
    setting.flag.erase(0, comma + 1);  // "-h,--help"
  }
  std::getline(words >> std::ws, setting.kind);
  if (auto value = take(setting.kind, "=([^\\]]*)$")) setting.value = *value;
  if (auto bounds = take(setting.kind, ":\\w+ in \\[(.*)\\]")) {
    setting.bounds = std::regex_replace(*bounds, std::regex(" - "), " to ");
  }
  return setting;
}

// What runtime::Settings writes behind the explanation.
void parse_tail(Setting& setting) {
  std::string& text = setting.meaning;
  if (auto variable = take(text, " \\(env (\\w+)\\)$")) setting.variable = *variable;
  if (auto value = take(text, " \\[default: ([^\\]]*)\\]$")) setting.value = *value;
  if (setting.kind == "NUMBER" || setting.kind == "DURATION") {
    if (auto bounds = take(text, ", ([0-9][0-9a-z]* to [0-9][0-9a-z]*)$")) setting.bounds = *bounds;
  }
  if (setting.kind == "[true|false]") setting.kind = "true|false";
  if (cut_suffix(setting.kind, ",...")) setting.repeated = true;
  if (!text.empty()) text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
}

}  // namespace

HelpText parse_help(std::string_view text) {
  HelpText help;
  std::istringstream lines{std::string(text)};
  std::getline(lines, help.description);
  std::vector<Option> options;
  bool within = false;
  for (std::string line; std::getline(lines, line);) {
    if (!within) {
      within = line == "Options:";
      continue;
    }
    if (!line.starts_with("  ")) break;  // the next part of the help
    if (line.starts_with(std::string(kMargin, ' '))) {
      if (!options.empty()) options.back().add_line(line.substr(kMargin));
    } else if (line.size() > kMargin && line[kMargin - 1] == ' ') {
      options.push_back({line.substr(0, kMargin), line.substr(kMargin)});
    } else {
      options.push_back({line, ""});
    }
  }
  for (const Option& option : options) {
    Setting setting = parse_head(option.head);
    setting.meaning = option.about;
    parse_tail(setting);
    help.settings.push_back(std::move(setting));
  }
  return help;
}

}  // namespace monarch::reference
