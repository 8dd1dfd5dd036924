// AuthMetrics: what auth's pool and throttle tell of themselves, and its complaints about
// PostgreSQL, each counted and some of them logged. Owned by main(), lives on the loop.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

#include "auth/core/throttle.hpp"
#include "base/clock.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"
#include "stores/pool_metrics.hpp"

namespace monarch::stores {
struct PostgresCounters;
struct StoreError;
}  // namespace monarch::stores

namespace monarch::auth {

class AuthMetrics {
 public:
  // `connections`: as many as the pool may have.
  AuthMetrics(metrics::Registry& registry, const Clock& clock, std::size_t connections);

  // For PostgresAccountStore; valid as long as this.
  [[nodiscard]] std::function<void(std::string_view operation, const stores::StoreError& error)>
  store_report();

  void update(const stores::PostgresCounters& pool, const Throttle& throttle);

 private:
  const Clock& clock_;
  metrics::CounterFamily store_failures_;
  stores::PoolMetrics pool_;
  metrics::Gauge throttle_accounts_;
  metrics::Gauge throttle_addresses_;
  log::RateLimit often_;
};

}  // namespace monarch::auth
