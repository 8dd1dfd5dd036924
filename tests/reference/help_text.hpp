// What --help of a program says, as a list of its settings. Two ways of writing are known: that of
// runtime::Settings (default and variable at the end of the sentence) and CLI11's own (beside the
// flag). Values, any thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace monarch::reference {

struct Setting {
  std::string flag;      // "--node-id"
  std::string kind;      // "TEXT", "kv|json"; empty: the flag alone
  std::string value;     // its default; empty: none
  std::string bounds;    // "1 to 64"; empty: none
  std::string variable;  // "MONARCH_NODE_ID"; empty: none
  std::string meaning;
  bool required = false;
  bool repeated = false;  // may be given several times

  bool operator==(const Setting&) const = default;
};

struct HelpText {
  std::string description;  // its first line
  std::vector<Setting> settings;
};

[[nodiscard]] HelpText parse_help(std::string_view text);

}  // namespace monarch::reference
