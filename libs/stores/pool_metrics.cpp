#include "stores/pool_metrics.hpp"

#include "stores/postgres_pool.hpp"

namespace monarch::stores {
namespace {

metrics::CopiedCounter jobs(metrics::Registry& common, const char* result) {
  return {common,
          "postgres_jobs_total",
          "Questions to PostgreSQL by how they ended",
          {{"result", result}}};
}

}  // namespace

PoolMetrics::PoolMetrics(metrics::Registry& registry, std::size_t connections)
    : connected_(registry.common().gauge("postgres_connections", "Connections that are up")),
      queued_(
          registry.common().gauge("postgres_queued_jobs", "Questions that wait for a connection")),
      done_(jobs(registry.common(), "done")),
      failed_(jobs(registry.common(), "failed")),
      refused_(registry.common(), "postgres_refused_total",
               "Questions not asked because too many waited, or PostgreSQL was known to be away"),
      timeouts_(registry.common(), "postgres_timeouts_total", "Questions not answered in time"),
      connects_(registry.common(), "postgres_connects_total", "Connections made"),
      connect_failures_(registry.common(), "postgres_connect_failures_total",
                        "Connections that could not be made") {
  registry.common()
      .gauge("postgres_connections_max", "Connections that the pool is to have")
      .set(static_cast<double>(connections));
}

void PoolMetrics::update(const PostgresCounters& pool) {
  connected_.set(static_cast<double>(pool.connected));
  queued_.set(static_cast<double>(pool.queued));
  done_.update(pool.completed);
  failed_.update(pool.failed);
  refused_.update(pool.refused);
  timeouts_.update(pool.timeouts);
  connects_.update(pool.connects);
  connect_failures_.update(pool.connect_failures);
}

}  // namespace monarch::stores
