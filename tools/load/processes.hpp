// The processes of a running cluster as the system accounts for them: CPU and memory from /proc,
// counters from /metrics. Found by the files that ./dev up leaves in var/run. One thread.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "base/result.hpp"

namespace monarch::load {

struct Process {
  std::string name;  // "notification-1"
  std::string role;  // "notification"
  int pid = 0;
  Endpoint clients;  // empty: it meets none
  Endpoint admin;    // empty: it has none
};

// By role, seconds of user and system time since the start, children included.
using CpuTimes = std::map<std::string, double>;
[[nodiscard]] CpuTimes operator-(const CpuTimes& later, const CpuTimes& earlier);
[[nodiscard]] double total(const CpuTimes& times);

// By name of the metric, its labels included, summed over all processes.
using Counters = std::map<std::string, double>;

class Processes {
 public:
  // `run` is the folder var/run of a checkout whose cluster is up.
  [[nodiscard]] static Result<Processes, std::string> find(const std::string& run);

  [[nodiscard]] std::vector<Endpoint> doors(const std::string& role) const;
  [[nodiscard]] CpuTimes cpu() const;
  // Resident bytes of all processes of a role.
  [[nodiscard]] std::uint64_t resident(const std::string& role) const;
  [[nodiscard]] Counters counters() const;

 private:
  std::vector<Process> processes_;
};

}  // namespace monarch::load
