// BusListener: this node's channel of the bus, from Redis to the node. Counts what it reads, and
// how old that is. Loop thread only.
#pragma once

#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "runtime/health.hpp"
#include "runtime/metrics.hpp"
#include "stores/redis_metrics.hpp"
#include "stores/redis_subscriber.hpp"

namespace monarch::notification {

class BusListener {
 public:
  BusListener(net::Loop& loop, stores::RedisSettings redis, const NodeId& self, Driver& driver,
              runtime::Health& health, metrics::Registry& metrics);

  void start() { subscriber_.start(); }
  // Now and then: how the connection does, as metrics.
  void tell();

 private:
  void receive(std::string_view bytes);

  NodeId self_;
  Driver& driver_;
  runtime::Health::Check& ok_;
  metrics::Counter messages_;
  metrics::Histogram seconds_;
  stores::RedisLinkMetrics link_;
  stores::RedisSubscriber subscriber_;
};

}  // namespace monarch::notification
