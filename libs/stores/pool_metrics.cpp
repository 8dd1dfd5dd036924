#include "stores/pool_metrics.hpp"

#include "stores/postgres_pool.hpp"

namespace monarch::stores {

PoolMetrics::PoolMetrics(metrics::Registry& registry)
    : connected_(registry.gauge("postgres_connections", "Connections that are up")),
      queued_(registry.gauge("postgres_queued_jobs", "Questions that wait for a connection")),
      refused_(registry, "postgres_refused_total",
               "Questions not asked because too many waited, or PostgreSQL was known to be away"),
      timeouts_(registry, "postgres_timeouts_total", "Questions not answered in time") {}

void PoolMetrics::update(const PostgresCounters& pool) {
  connected_.set(static_cast<double>(pool.connected));
  queued_.set(static_cast<double>(pool.queued));
  refused_.update(pool.refused);
  timeouts_.update(pool.timeouts);
}

}  // namespace monarch::stores
