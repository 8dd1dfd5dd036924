// RedisBus: the core's Bus: one SPUBLISH per notification node, all in one round trip. Owned by the
// composition root; loop thread only.
#pragma once

#include "presence/core/ports.hpp"
#include "runtime/metrics.hpp"
#include "stores/redis_client.hpp"

namespace monarch::presence {

class RedisBus final : public Bus {
 public:
  RedisBus(stores::RedisClient& redis, metrics::Registry& metrics);

  Eventual<Result<Ok, BusError>> publish(const std::vector<model::NodeHints>& hints) override;

 private:
  stores::RedisClient& redis_;
  metrics::Counter published_;
  metrics::Counter unheard_;
  metrics::Histogram seconds_;
};

}  // namespace monarch::presence
