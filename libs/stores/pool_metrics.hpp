// PoolMetrics: what a PostgreSQL pool tells of itself, the same in every service that has one.
// Lives on the loop.
#pragma once

#include "runtime/copied_counters.hpp"
#include "runtime/metrics.hpp"

namespace monarch::stores {

struct PostgresCounters;

class PoolMetrics {
 public:
  explicit PoolMetrics(metrics::Registry& registry);
  // Now and then.
  void update(const PostgresCounters& pool);

 private:
  metrics::Gauge connected_;
  metrics::Gauge queued_;
  metrics::CopiedCounter refused_;
  metrics::CopiedCounter timeouts_;
};

}  // namespace monarch::stores
