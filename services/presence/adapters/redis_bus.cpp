#include "presence/adapters/redis_bus.hpp"

#include <chrono>
#include <utility>

#include "codec/bus.hpp"
#include "runtime/log.hpp"

namespace monarch::presence {

using stores::Command;

RedisBus::RedisBus(stores::RedisClient& redis, metrics::Registry& metrics)
    : redis_(redis),
      published_(metrics.counter("bus_messages_total", "Messages published to nodes")),
      unheard_(metrics.counter("bus_messages_unheard_total",
                               "Messages published while the node was not listening")),
      seconds_(metrics.histogram("bus_publish_seconds",
                                 "From a publish, of one message for each node concerned, to the "
                                 "answer of Redis, failures included",
                                 metrics::seconds_buckets())) {}

Eventual<Result<Ok, BusError>> RedisBus::publish(const std::vector<model::NodeHints>& hints) {
  Eventual<Result<Ok, BusError>> answer;
  if (hints.empty()) {
    answer.set(Ok{});
    return answer;
  }
  const auto begun = codec::Moment::now();
  std::vector<Command> commands;
  commands.reserve(hints.size());
  for (const auto& node : hints) {
    commands.emplace_back("SPUBLISH", codec::bus_channel(node.node),
                          codec::encode_hints(node.hints, begun));
  }
  redis_.pipeline(std::move(commands), [this, answer, begun](stores::RepliesResult result) {
    seconds_.observe(std::chrono::steady_clock::now() - begun.steady);
    if (!result.ok()) {
      const bool full = result.error().kind == stores::StoreErrorKind::kOverloaded;
      return answer.set(fail(full ? BusError::kOverloaded : BusError::kUnavailable));
    }
    published_.add(result->size());
    for (const auto& reply : *result) {
      if (reply.is_error()) {
        log::error("publish_failed", {{"error", reply.text}});
        return answer.set(fail(BusError::kUnavailable));
      }
      if (reply.integer == 0) unheard_.add();
    }
    answer.set(Ok{});
  });
  return answer;
}

}  // namespace monarch::presence
