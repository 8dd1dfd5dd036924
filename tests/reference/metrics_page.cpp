#include "metrics_page.hpp"

#include <algorithm>
#include <utility>

#include "page.hpp"

namespace monarch::reference {
namespace {

constexpr const char* kIntroduction =
    R"(# Metrics

Every metric of every process, as `http://ADMIN-PORT/metrics` shows it. **This page is made from what the processes of a
running cluster show** by `./dev docs`, and a test compares the two: do not edit it.

```
curl -s 127.0.0.1:17311/metrics          notification-1 of ./dev up; ./dev status says where each is
```

- A *counter* only grows while its process lives: look at `rate(…[5m])`. A *histogram* has `…_bucket{le}`, `…_sum` and
  `…_count`: `histogram_quantile(0.99, sum by (le) (rate(…_bucket[5m])))`. Times are seconds.
- Beside a label stand its values where the set of them is fixed; each of these is there from the start. The others come as
  something happens; their number has a bound, beyond which the value is `other`.
- No label ever has the handle or the address of a client.
- Prometheus adds `job` (the service), `cluster` and `node` ([deploy/prometheus](../../deploy/prometheus/prometheus.yml)).
- The services that were looked at speak TLS with each other; `monarch_tls_certificate_expiry_seconds` is there only then.
- Which limit is seen in which metric is in [limits.md](../limits.md).
)";

// Labels of which no value is written, in metrics whose names begin like this.
struct Open {
  const char* metric;
  const char* label;
};
constexpr Open kOpen[] = {{"", "target"},
                          {"", "node"},
                          {"", "method"},
                          {"monarch_build_info", "service"},
                          {"monarch_build_info", "version"},
                          {"monarch_rpc_", "code"}};

std::string join(const std::set<std::string>& parts, const char* between) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : between) + part;
  return text;
}

std::string row(std::initializer_list<std::string> cells) {
  std::string line = "|";
  for (const std::string& one : cells) line += " " + one + " |";
  return line + "\n";
}

}  // namespace

MetricsPage::Entry& MetricsPage::entry(const std::string& service, const std::string& name,
                                       const Metric& metric) {
  const auto [place, fresh] = entries_.try_emplace(name);
  Entry& entry = place->second;
  if (fresh) {
    entry.type = metric.type;
    entry.help = metric.help;
  } else if (entry.type != metric.type || entry.help != metric.help) {
    contradictions_.push_back(name + " is in " + service + " a " + metric.type + ", \"" +
                              metric.help + "\", and elsewhere a " + entry.type + ", \"" +
                              entry.help + "\"");
  }
  entry.services.insert(service);
  return entry;
}

void MetricsPage::declared(const std::string& service, const Metrics& metrics) {
  declared_[service] = metrics;
  for (const auto& [name, metric] : metrics) {
    Entry& of = entry(service, name, metric);
    for (const auto& [label, values] : metric.labels) {
      of.labels[label].values.insert(values.begin(), values.end());
    }
  }
}

void MetricsPage::shown(const std::string& service, const Metrics& metrics) {
  const Metrics& declared = declared_[service];
  for (const auto& [name, metric] : metrics) {
    Entry& of = entry(service, name, metric);
    const auto before = declared.find(name);
    for (const auto& [label, values] : metric.labels) {
      Label& known = of.labels[label];
      const bool was_there = before != declared.end() && before->second.labels.contains(label);
      if (!was_there ||
          !std::includes(before->second.labels.at(label).begin(),
                         before->second.labels.at(label).end(), values.begin(), values.end())) {
        known.fixed = false;
      }
    }
  }
}

std::set<std::string> MetricsPage::names() const {
  std::set<std::string> names;
  for (const auto& [name, entry] : entries_) names.insert(name);
  return names;
}

bool MetricsPage::is_written(const std::string& metric, const std::string& name,
                             const Label& label) const {
  if (!label.fixed) return false;
  if (std::any_of(std::begin(kOpen), std::end(kOpen), [&](const Open& open) {
        return metric.starts_with(open.metric) && name == open.label;
      })) {
    return false;
  }
  return std::none_of(label.values.begin(), label.values.end(),
                      [&](const std::string& value) { return nodes_.contains(value); });
}

std::string MetricsPage::labels_of(const std::string& name, const Entry& entry) const {
  std::string text;
  for (const auto& [label, of] : entry.labels) {
    text += (text.empty() ? "" : "; ") + code(label);
    if (!is_written(name, label, of)) continue;
    text += ": ";
    std::string list;
    for (const std::string& value : of.values) list += (list.empty() ? "" : ", ") + cell(value);
    text += list;
  }
  return text.empty() ? "–" : text;
}

std::string MetricsPage::text() const {
  std::map<std::string, std::string> tables;  // by service; "" of all, "*" of some
  for (const auto& [name, entry] : entries_) {
    const std::string labels = labels_of(name, entry);
    if (entry.services.size() == declared_.size() && declared_.size() > 1) {
      tables[""] += row({code(name), entry.type, labels, cell(entry.help)});
    } else if (entry.services.size() > 1) {
      tables["*"] +=
          row({code(name), entry.type, labels, cell(entry.help), join(entry.services, ", ")});
    } else {
      tables[*entry.services.begin()] += row({code(name), entry.type, labels, cell(entry.help)});
    }
  }
  const std::string head = "\n| Metric | Type | Labels | Meaning |\n| --- | --- | --- | --- |\n";
  std::string page = kIntroduction;
  page += "\n## Every process\n" + head + tables[""];
  if (!tables["*"].empty()) {
    page +=
        "\n## Several services\n\n| Metric | Type | Labels | Meaning | Services |\n"
        "| --- | --- | --- | --- | --- |\n" +
        tables["*"];
  }
  for (const auto& [service, metrics] : declared_) {
    page += "\n## monarch-" + service + "\n" + head + tables[service];
  }
  return page;
}

}  // namespace monarch::reference
