// ExchangeMetrics: copies what the exchange counts into the process's metrics, once a second. Loop
// thread only.
#pragma once

#include "runtime/copied_counters.hpp"
#include "runtime/metrics.hpp"
#include "switchboard/core/exchange.hpp"

namespace monarch::switchboard {

class ExchangeMetrics {
 public:
  explicit ExchangeMetrics(metrics::Registry& registry);
  void update(const Exchange& exchange);

 private:
  metrics::CopiedTable commands_;
  metrics::CopiedFamily closes_;
  metrics::CopiedFamily calls_;
  metrics::CopiedFamily redeemed_;
  metrics::CopiedFamily refused_;
  metrics::CopiedCounter accepted_;
  metrics::CopiedCounter turned_away_;
  metrics::CopiedCounter bytes_received_;
  metrics::CopiedCounter bytes_sent_;
  metrics::CopiedFamily errors_sent_;
  metrics::CopiedCounter throttled_;
  metrics::CopiedCounter reserved_;
  metrics::CopiedCounter rung_;
  metrics::CopiedCounter expired_;
  metrics::CopiedCounter answers_held_;
  metrics::CopiedCounter rings_expired_;
  metrics::CopiedCounter begun_;
  metrics::CopiedCounter joined_;
  metrics::CopiedCounter idle_ends_;
  metrics::CopiedCounter alone_ends_;
  metrics::CopiedCounter messages_;
  metrics::CopiedCounter deliveries_;
  metrics::CopiedCounter deliveries_lost_;
  metrics::CopiedCounter acks_;
  metrics::CopiedCounter naks_;
  metrics::Gauge connections_;
  metrics::Gauge conversations_;
  metrics::Gauge tickets_;
};

}  // namespace monarch::switchboard
