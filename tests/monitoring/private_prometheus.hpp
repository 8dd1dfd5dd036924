// PrivatePrometheus: a Prometheus of a test's own, at an address where nobody else listens, which
// scrapes what it is told every second and has the rules of deploy/prometheus. Ends with its owner.
// Used from one thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "testing/cluster/child_process.hpp"

namespace monarch::testing {

class PrivatePrometheus {
 public:
  struct Target {
    std::string job;
    std::string node;
    std::string address;  // host:port of /metrics
  };

  // Its configuration, data and log go into the directory, which is the caller's. Returns when it
  // answers.
  [[nodiscard]] static Result<PrivatePrometheus, std::string> start(
      const std::string& directory, const std::vector<Target>& targets);

  [[nodiscard]] std::string url() const { return "http://" + address_; }

  // The value of the one series that it gives, nothing when it gives none; errors are sentences.
  [[nodiscard]] Result<std::optional<double>, std::string> ask(const std::string& expression) const;
  // Asks until it gives a series: `up == 1` waits for that.
  [[nodiscard]] Outcome<std::string> wait_for(const std::string& expression,
                                              std::chrono::milliseconds bound) const;

 private:
  PrivatePrometheus(ChildProcess process, std::string address)
      : process_(std::move(process)), address_(std::move(address)) {}

  ChildProcess process_;
  std::string address_;
};

}  // namespace monarch::testing
