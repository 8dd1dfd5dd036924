#include "load/report.hpp"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

namespace monarch::load {

void Report::add(const std::string& name, double value, const std::string& unit) {
  rows_.push_back({name, value, unit});
}

void Report::add_cpu(const std::string& name, const CpuTimes& times, double operations,
                     double scale, const std::string& unit) {
  if (operations <= 0) return;
  add(name, total(times) * scale / operations, unit);
  for (const auto& [role, seconds] : times) {
    if (seconds > 0) add("  of it " + role, seconds * scale / operations, unit);
  }
}

std::string Report::table() const {
  std::string text = scenario_ + "\n";
  for (const auto& row : rows_) {
    char line[160];
    std::snprintf(line, sizeof line, "  %-44s %12.3f %s\n", row.name.c_str(), row.value,
                  row.unit.c_str());
    text += line;
  }
  return text;
}

std::string Report::json() const {
  nlohmann::ordered_json rows = nlohmann::ordered_json::array();
  for (const auto& row : rows_) {
    rows.push_back({{"name", row.name}, {"value", row.value}, {"unit", row.unit}});
  }
  return nlohmann::ordered_json{{"scenario", scenario_}, {"rows", rows}}.dump(2) + "\n";
}

double percentile(std::vector<double>& values, double share) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  return values[static_cast<std::size_t>(share * last)];
}

}  // namespace monarch::load
