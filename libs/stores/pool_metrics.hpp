// PoolMetrics: what a PostgreSQL pool tells of itself, the same in every service that has one.
// Lives on the loop.
#pragma once

#include <cstddef>

#include "runtime/copied_counters.hpp"
#include "runtime/metrics.hpp"

namespace monarch::stores {

struct PostgresCounters;

class PoolMetrics {
 public:
  // `connections`: as many as the pool may have.
  PoolMetrics(metrics::Registry& registry, std::size_t connections);
  // Now and then.
  void update(const PostgresCounters& pool);

 private:
  metrics::Gauge connected_;
  metrics::Gauge queued_;
  metrics::CopiedCounter done_;
  metrics::CopiedCounter failed_;
  metrics::CopiedCounter refused_;
  metrics::CopiedCounter timeouts_;
  metrics::CopiedCounter connects_;
  metrics::CopiedCounter connect_failures_;
};

}  // namespace monarch::stores
