// Report: what a scenario has measured, in order, as a table for people and as JSON.
#pragma once

#include <string>
#include <vector>

#include "load/processes.hpp"

namespace monarch::load {

class Report {
 public:
  explicit Report(std::string scenario) : scenario_(std::move(scenario)) {}

  void add(const std::string& name, double value, const std::string& unit);
  // One row for all of the cluster and one for each role that used some, per operation.
  void add_cpu(const std::string& name, const CpuTimes& times, double operations, double scale,
               const std::string& unit);

  [[nodiscard]] std::string table() const;
  [[nodiscard]] std::string json() const;

 private:
  struct Row {
    std::string name;
    double value;
    std::string unit;
  };
  std::string scenario_;
  std::vector<Row> rows_;
};

// The value below which `share` (0 to 1) of them lie; sorts.
[[nodiscard]] double percentile(std::vector<double>& values, double share);

}  // namespace monarch::load
