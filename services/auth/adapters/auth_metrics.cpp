#include "auth/adapters/auth_metrics.hpp"

#include "stores/postgres_pool.hpp"

namespace monarch::auth {

AuthMetrics::AuthMetrics(metrics::Registry& registry, const Clock& clock, std::size_t connections)
    : clock_(clock),
      store_failures_(registry.counter_family("store_failures_total",
                                              "Questions that PostgreSQL did not answer, by kind",
                                              {"kind"}, 8)),
      pool_(registry, connections),
      throttle_accounts_(registry.gauge("throttle_accounts", "Accounts with recent failures")),
      throttle_addresses_(registry.gauge("throttle_addresses", "Addresses with recent failures")) {
  for (const auto kind : stores::kStoreErrorKinds) (void)store_failures_.with(to_string(kind));
}

std::function<void(std::string_view, const stores::StoreError&)> AuthMetrics::store_report() {
  return [this](std::string_view operation, const stores::StoreError& error) {
    store_failures_.with(stores::to_string(error.kind)).add();
    if (const auto held_back = often_.due(clock_.now())) {
      log::warn("postgres_failed", {{"operation", operation},
                                    {"kind", stores::to_string(error.kind)},
                                    {"error", std::string_view(error.text)},
                                    {"held_back", *held_back}});
    }
  };
}

void AuthMetrics::update(const stores::PostgresCounters& pool, const Throttle& throttle) {
  pool_.update(pool);
  throttle_accounts_.set(static_cast<double>(throttle.accounts_tracked()));
  throttle_addresses_.set(static_cast<double>(throttle.addresses_tracked()));
}

}  // namespace monarch::auth
