#include "stores/redis_metrics.hpp"

namespace monarch::stores {

RedisLinkMetrics::RedisLinkMetrics(metrics::Registry& registry, const std::string& connection)
    : connected_(registry.common().gauge("redis_connected", "1 while the connection is up",
                                         {{"connection", connection}})),
      connects_(registry.common(), "redis_connects_total", "Connections to Redis made",
                {{"connection", connection}}),
      failures_(registry.common(), "redis_connect_failures_total",
                "Connections to Redis that could not be made", {{"connection", connection}}),
      disconnects_(registry.common(), "redis_disconnects_total", "Connections to Redis that broke",
                   {{"connection", connection}}) {}

void RedisLinkMetrics::update(bool connected, std::uint64_t connects, std::uint64_t failures,
                              std::uint64_t disconnects) {
  connected_.set(connected ? 1 : 0);
  connects_.update(connects);
  failures_.update(failures);
  disconnects_.update(disconnects);
}

RedisMetrics::RedisMetrics(metrics::Registry& registry)
    : link_(registry, "commands"),
      in_flight_(
          registry.common().gauge("redis_in_flight", "Pipelines that wait for their answer")),
      commands_(registry.common(), "redis_commands_total", "Commands sent to Redis"),
      timeouts_(registry.common(), "redis_timeouts_total", "Pipelines not answered in time"),
      refused_(registry.common(), "redis_refused_total",
               "Pipelines not sent because Redis was away or too many waited") {}

void RedisMetrics::update(const RedisClient& redis) {
  const auto counts = redis.counters();
  link_.update(redis.connected(), counts.connects, counts.connect_failures, counts.disconnects);
  in_flight_.set(static_cast<double>(counts.in_flight));
  commands_.update(counts.commands);
  timeouts_.update(counts.timeouts);
  refused_.update(counts.refused);
}

metrics::Histogram redis_round_trips(metrics::Registry& registry) {
  return registry.common().histogram("redis_seconds",
                                     "From sending a pipeline of commands to its last answer",
                                     metrics::seconds_buckets());
}

}  // namespace monarch::stores
