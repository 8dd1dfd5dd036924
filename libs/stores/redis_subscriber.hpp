// RedisSubscriber: a connection of its own that listens to sharded pub/sub channels (SSUBSCRIBE).
// Owned by a service's composition root; lives on the loop thread, callbacks run there. What is
// published while it is not connected is lost: `resubscribed` says that this may have happened.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "stores/redis_client.hpp"

namespace monarch::stores {

struct RedisSubscriberCounters {
  std::uint64_t connects = 0;
  std::uint64_t connect_failures = 0;
  std::uint64_t disconnects = 0;
  std::uint64_t messages = 0;
  std::uint64_t message_bytes = 0;
};

class RedisSubscriber {
 public:
  struct Callbacks {
    std::function<void(std::string_view channel, std::string_view bytes)> message;
    // Every channel is subscribed: for the first time (again == false) or after a break, with
    // messages lost in between (again == true).
    std::function<void(bool again)> subscribed;
    std::function<void(const std::string& reason)> disconnected;
  };

  RedisSubscriber(boost::asio::io_context& loop, RedisSettings settings, Callbacks callbacks);
  RedisSubscriber(const RedisSubscriber&) = delete;
  RedisSubscriber& operator=(const RedisSubscriber&) = delete;
  ~RedisSubscriber();

  // Before start() or later; at most kChannelsMax channels.
  static constexpr std::size_t kChannelsMax = 64;
  void subscribe(std::string channel);

  void start();
  void stop();
  [[nodiscard]] bool subscribed() const;
  [[nodiscard]] StoreHealth health() const;
  [[nodiscard]] RedisSubscriberCounters counters() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::stores
