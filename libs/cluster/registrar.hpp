// Registrar: keeps this process's own record in the registry, one Redis command per heartbeat.
// Owned by the composition root, lives on the loop thread with the RedisClient it borrows.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "cluster/node_record.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio
namespace monarch::stores {
class RedisClient;
}  // namespace monarch::stores

namespace monarch::cluster {

struct RegistrarSettings {
  std::chrono::milliseconds interval{1000};    // between heartbeats, ±10 % jitter
  std::chrono::milliseconds dead_after{5000};  // as the observers have it
};

class Registrar {
 public:
  struct Callbacks {
    // No heartbeat got through for dead_after: the others have declared this node dead, or will.
    std::function<void()> declared_dead;
    // A heartbeat got through again after declared_dead: re-open each session or close it.
    std::function<void()> back;
  };

  // record.incarnation must be set (random); record.beat is counted here.
  Registrar(boost::asio::io_context& loop, stores::RedisClient& redis, const Clock& clock,
            RegistrarSettings settings, NodeRecord record, Callbacks callbacks = {});
  Registrar(const Registrar&) = delete;
  Registrar& operator=(const Registrar&) = delete;
  ~Registrar();

  void start();
  // Travels with the next heartbeat.
  void set_load(std::uint32_t load);
  void set_capacity(std::uint32_t capacity);
  // Beats at once.
  void set_state(NodeState state);
  // Beats at once: after a reconnect of the RedisClient.
  void beat_now();
  // Stops beating and removes the record if it is still this incarnation's. True if Redis did it.
  [[nodiscard]] Eventual<bool> leave();

  [[nodiscard]] const NodeRecord& record() const;
  [[nodiscard]] bool declared_dead() const;
  // When the last heartbeat that Redis took was sent; empty before the first.
  [[nodiscard]] std::optional<TimePoint> last_beat() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::cluster
