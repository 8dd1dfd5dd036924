// docs/reference/metrics.md, from what processes declare at their start and what those of a cluster
// show after some use. Which values of a label are written down follows from the two: those that
// are declared, where no others have come. One thread.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "exposition.hpp"

namespace monarch::reference {

class MetricsPage {
 public:
  // A label that has a node's name for a value is written without any.
  explicit MetricsPage(std::set<std::string> nodes) : nodes_(std::move(nodes)) {}

  // What a process of this service shows before anything has happened to it, …
  void declared(const std::string& service, const Metrics& metrics);
  // … and one to which much has. A metric may be new then.
  void shown(const std::string& service, const Metrics& metrics);

  [[nodiscard]] std::set<std::string> names() const;
  // What the services do not agree on, a sentence each; a page needs that there is nothing.
  [[nodiscard]] const std::vector<std::string>& contradictions() const { return contradictions_; }
  [[nodiscard]] std::string text() const;

 private:
  struct Label {
    std::set<std::string> values;  // that are declared
    bool fixed = true;             // and no others have been seen
  };
  struct Entry {
    std::string type;
    std::string help;
    std::map<std::string, Label> labels;
    std::set<std::string> services;
  };

  Entry& entry(const std::string& service, const std::string& name, const Metric& metric);
  [[nodiscard]] std::string labels_of(const std::string& name, const Entry& entry) const;
  [[nodiscard]] bool is_written(const std::string& metric, const std::string& name,
                                const Label& label) const;

  std::set<std::string> nodes_;
  std::map<std::string, Entry> entries_;
  std::map<std::string, Metrics> declared_;  // by service
  std::vector<std::string> contradictions_;
};

}  // namespace monarch::reference
