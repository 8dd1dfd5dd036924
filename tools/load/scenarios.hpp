// The scenarios of the load generator: what each does to a running cluster and what it measures
// meanwhile (docs/benchmarks.md). Blocking; one thread.
#pragma once

#include <cstddef>
#include <string>

#include "base/result.hpp"
#include "load/processes.hpp"
#include "load/report.hpp"

namespace monarch::load {

struct ScenarioOptions {
  std::string prefix = "load";
  std::size_t users = 500;
  std::size_t contacts = 10;
  std::size_t at_once = 32;
  bool direct = false;         // to the notification nodes, not through dispatch
  double rate = 0;             // changes per second; 0: as many as go
  std::size_t in_flight = 64;  // changes under way when saturated
  double seconds = 10;
};

using Measured = Result<Report, std::string>;

// Signs in everybody and holds them: memory of the notification nodes per session.
[[nodiscard]] Measured idle(const Processes& cluster, const ScenarioOptions& options);
// CPU and time of a sign-in up to the answer of the first CHG.
[[nodiscard]] Measured sign_in(const Processes& cluster, const ScenarioOptions& options);
// CPU and latency of a CHG that each of `contacts` watchers sees.
[[nodiscard]] Measured presence(const Processes& cluster, const ScenarioOptions& options);

}  // namespace monarch::load
