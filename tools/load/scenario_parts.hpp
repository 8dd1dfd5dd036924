// What the scenarios have in common.
#pragma once

#include "load/crowd.hpp"
#include "load/scenarios.hpp"

namespace monarch::load {

[[nodiscard]] inline Result<CrowdOptions, std::string> crowd_options(
    const Processes& cluster, const ScenarioOptions& options) {
  CrowdOptions crowd;
  crowd.prefix = options.prefix;
  crowd.users = options.users;
  crowd.at_once = options.at_once;
  crowd.doors = cluster.doors(options.direct ? "notification" : "dispatch");
  if (crowd.doors.empty()) return fail(std::string("the cluster has no door to sign in at"));
  return crowd;
}

// Lets what is still under way in the cluster come to its end, so that it counts.
inline void settle(Crowd& crowd, Duration time) {
  const TimePoint end = std::chrono::steady_clock::now() + time;
  crowd.run([end] { return std::chrono::steady_clock::now() >= end; }, time * 2,
            std::chrono::milliseconds(20));
}

}  // namespace monarch::load
