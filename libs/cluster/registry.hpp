// Registry: the table of nodes as this process sees it, read from Redis each interval in one round
// trip. It keeps the last table while Redis is away. Owned by the composition root, lives on the
// loop thread with the RedisClient it borrows; the judgement itself is Liveness's.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "cluster/liveness.hpp"
#include "cluster/node_record.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio
namespace monarch::stores {
class RedisClient;
}  // namespace monarch::stores

namespace monarch::cluster {

struct RegistrySettings {
  std::chrono::milliseconds interval{1000};  // between readings, ±10 % jitter
  LivenessSettings liveness;
};

class Registry {
 public:
  struct Callbacks {
    std::function<void(const NodeEvent&)> changed;
    // A reading was taken in (after its events). For what follows load closely.
    std::function<void()> refreshed;
  };

  Registry(boost::asio::io_context& loop, stores::RedisClient& redis, const Clock& clock,
           RegistrySettings settings, Callbacks callbacks = {});
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;
  ~Registry();

  void start();
  void stop();
  // Reads at once: after a reconnect of the RedisClient.
  void refresh();

  // Where new work of that role may go: nodes alive and ready that were seen to beat. Where there
  // is none, those not yet seen to beat (we have just started); where there is none either, those
  // whose records are missing (Redis has just come back empty). Never a dead or draining one.
  [[nodiscard]] std::vector<NodeRecord> ready(std::string_view role) const;
  // Alive, ready or draining, of that role.
  [[nodiscard]] std::vector<NodeRecord> alive(std::string_view role) const;
  [[nodiscard]] std::optional<Liveness::Entry> find(const NodeId& id) const;
  [[nodiscard]] std::vector<Liveness::Entry> table() const;
  // Whether a first reading has been taken.
  [[nodiscard]] bool informed() const;
  // When the last reading was taken; empty if none was.
  [[nodiscard]] std::optional<TimePoint> last_reading() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::cluster
