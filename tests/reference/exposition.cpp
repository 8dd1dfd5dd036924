#include "exposition.hpp"

#include <optional>
#include <sstream>

namespace monarch::reference {
namespace {

// "# HELP NAME TEXT", "# TYPE NAME TEXT": name and text.
std::optional<std::pair<std::string, std::string>> comment(const std::string& line,
                                                           const std::string& word) {
  const std::string begin = "# " + word + " ";
  if (!line.starts_with(begin)) return std::nullopt;
  const auto space = line.find(' ', begin.size());
  if (space == std::string::npos) return std::pair(line.substr(begin.size()), std::string());
  return std::pair(line.substr(begin.size(), space - begin.size()), line.substr(space + 1));
}

// `{a="x",b="y"} 1`, from behind the name on.
void read_labels(std::string_view text, Metric& metric) {
  if (!text.starts_with("{")) return;
  text.remove_prefix(1);
  while (!text.empty() && text.front() != '}') {
    const auto equals = text.find("=\"");
    if (equals == std::string_view::npos) return;
    const std::string name(text.substr(0, equals));
    text.remove_prefix(equals + 2);
    std::string value;
    for (; !text.empty() && text.front() != '"'; text.remove_prefix(1)) {
      if (text.front() == '\\' && text.size() > 1) text.remove_prefix(1);
      value += text.front();
    }
    if (!text.empty()) text.remove_prefix(1);
    if (text.starts_with(",")) text.remove_prefix(1);
    if (name != "le" || metric.type != "histogram") metric.labels[name].insert(value);
  }
}

// The metric that a sample belongs to: for a histogram that of its buckets, sum and count.
Metric* metric_of(Metrics& metrics, const std::string& sample) {
  if (const auto own = metrics.find(sample); own != metrics.end()) return &own->second;
  for (const std::string suffix : {"_bucket", "_sum", "_count"}) {
    if (!sample.ends_with(suffix)) continue;
    const auto whole = metrics.find(sample.substr(0, sample.size() - suffix.size()));
    if (whole != metrics.end()) return &whole->second;
  }
  return nullptr;
}

}  // namespace

Metrics parse_exposition(std::string_view text) {
  Metrics metrics;
  std::istringstream lines{std::string(text)};
  for (std::string line; std::getline(lines, line);) {
    if (const auto help = comment(line, "HELP")) {
      metrics[help->first].help = help->second;
    } else if (const auto type = comment(line, "TYPE")) {
      metrics[type->first].type = type->second;
    } else if (!line.starts_with("#")) {
      const auto end = line.find_first_of("{ ");
      if (end == std::string::npos) continue;
      if (Metric* metric = metric_of(metrics, line.substr(0, end))) {
        read_labels(std::string_view(line).substr(end), *metric);
      }
    }
  }
  return metrics;
}

}  // namespace monarch::reference
