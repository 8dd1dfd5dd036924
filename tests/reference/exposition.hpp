// What /metrics of a process says, without its numbers: each metric with its type, its explanation
// and the values that its labels have. Values, any thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace monarch::reference {

struct Metric {
  std::string type;  // "counter"
  std::string help;
  std::map<std::string, std::set<std::string>> labels;  // that of the buckets left out
};

using Metrics = std::map<std::string, Metric>;  // by name

// Lines that cannot be read are left out.
[[nodiscard]] Metrics parse_exposition(std::string_view text);

}  // namespace monarch::reference
