// BusListener: this node's channel of the bus, from Redis to the node. Loop thread only.
#pragma once

#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "runtime/health.hpp"
#include "stores/redis_subscriber.hpp"

namespace monarch::notification {

class BusListener {
 public:
  BusListener(net::Loop& loop, stores::RedisSettings redis, const NodeId& self, Driver& driver,
              runtime::Health& health);

  void start() { subscriber_.start(); }

 private:
  void receive(std::string_view bytes);

  NodeId self_;
  Driver& driver_;
  runtime::Health::Check& ok_;
  stores::RedisSubscriber subscriber_;
};

}  // namespace monarch::notification
