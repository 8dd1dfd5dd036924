#include "monarchctl/reference/shell.hpp"

#include <algorithm>

namespace monarch::ctl::reference {

std::string quote(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c == '\n' ? ' ' : c;
    }
  }
  return quoted + "'";
}

std::string quote_for_fish(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c == '\n' ? ' ' : c;
  }
  return quoted + "'";
}

std::vector<const Option*> options_at(const Command& program, const Command& command) {
  std::vector<const Option*> options;
  for (const auto& option : command.options) options.push_back(&option);
  if (&command == &program) return options;
  for (const auto& option : program.options) {
    const auto same = [&option](const Option* other) { return other->names == option.names; };
    // Only the program itself has a version.
    if (option.names.front() == "--version" || std::any_of(options.begin(), options.end(), same)) {
      continue;
    }
    options.push_back(&option);
  }
  return options;
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace monarch::ctl::reference
