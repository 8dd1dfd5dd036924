// FanoutMetrics: how long changes of status take to reach their watchers, as a histogram and, when
// it was too long, as a line of the log by whose trace the change is found in those of the other
// processes. Loop thread only.
#pragma once

#include "notification/core/ports.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"

namespace monarch::notification {

class FanoutMetrics final : public FanoutMeter {
 public:
  FanoutMetrics(metrics::Registry& registry, const Clock& clock);

  void fanned_out(const model::Trace& trace, Duration took, std::size_t lines) override;

 private:
  const Clock& clock_;
  metrics::Histogram seconds_;
  log::RateLimit slow_;
};

}  // namespace monarch::notification
