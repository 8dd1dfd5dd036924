// NodeTimes: how long changes of status take to reach their watchers, and presence to answer, as
// histograms. A change that took too long is also a line of the log, by whose trace it is found in
// those of the other processes. Loop thread only.
#pragma once

#include <array>

#include "notification/core/ports.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"

namespace monarch::notification {

class NodeTimes final : public Meter {
 public:
  NodeTimes(metrics::Registry& registry, const Clock& clock);

  void fanned_out(const model::Trace& trace, Duration took, std::size_t lines) override;
  void answered(const model::Request& request, Duration took) override;

 private:
  const Clock& clock_;
  metrics::Histogram fanout_;
  std::array<metrics::Histogram, model::kOperations.size()> answers_;  // of presence
  log::RateLimit slow_;
};

}  // namespace monarch::notification
