// RedisMetrics: what a connection to Redis tells of itself, the same in every service. Lives on the
// loop.
#pragma once

#include <cstdint>
#include <string>

#include "runtime/copied_counters.hpp"
#include "runtime/metrics.hpp"
#include "stores/redis_client.hpp"

namespace monarch::stores {

// Of any connection, by what it is for: "commands" or "bus".
class RedisLinkMetrics {
 public:
  RedisLinkMetrics(metrics::Registry& registry, const std::string& connection);
  // Now and then.
  void update(bool connected, std::uint64_t connects, std::uint64_t failures,
              std::uint64_t disconnects);

 private:
  metrics::Gauge connected_;
  metrics::CopiedCounter connects_;
  metrics::CopiedCounter failures_;
  metrics::CopiedCounter disconnects_;
};

// Of the one that carries commands.
class RedisMetrics {
 public:
  explicit RedisMetrics(metrics::Registry& registry);
  // Now and then.
  void update(const RedisClient& redis);

 private:
  RedisLinkMetrics link_;
  metrics::Gauge in_flight_;
  metrics::CopiedCounter commands_;
  metrics::CopiedCounter timeouts_;
  metrics::CopiedCounter refused_;
};

// For RedisSettings::round_trips.
[[nodiscard]] metrics::Histogram redis_round_trips(metrics::Registry& registry);

}  // namespace monarch::stores
