// Member: a process's place in the cluster: its connection to Redis, its own record in the registry
// and its view of the others'. Every service has one. Owned by the composition root; loop thread
// only. Not to be destroyed from within one of its callbacks. While the process is not ready, by
// its health checks, its record says that nothing new shall be sent to it.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "cluster/member_metrics.hpp"
#include "cluster/node_record.hpp"
#include "cluster/registrar.hpp"
#include "cluster/registry.hpp"
#include "net/loop.hpp"
#include "runtime/health.hpp"
#include "runtime/settings.hpp"
#include "stores/redis_client.hpp"

namespace monarch::cluster {

// How a process reaches Redis, by its settings.
[[nodiscard]] stores::RedisSettings redis_settings(const runtime::CommonSettings& common);

// Whether a process is unready without Redis (docs/decisions/0008-readiness-without-redis.md).
enum class NeedOfRedis {
  kRequired,  // it cannot do its work
  kAdvisory,  // it can: by the last table of nodes, or needing none
};

class Member {
 public:
  struct Role {
    std::string name;            // "dispatch", "notification", "switchboard", "presence", "auth"
    std::string advertised;      // for clients; empty where no client connects
    std::uint32_t capacity = 0;  // in the role's own unit
    NeedOfRedis redis = NeedOfRedis::kRequired;
  };
  struct Callbacks {
    std::function<void(const NodeEvent&)> changed = {};
    // The registry has been read.
    std::function<void()> refreshed = {};
    // Redis is connected, for the first time or again.
    std::function<void()> connected = {};
    // We beat again after having been still for so long that the others took us for dead.
    std::function<void()> back = {};
  };

  Member(net::Loop& loop, const Clock& clock, Random& random, const runtime::CommonSettings& common,
         Role role, runtime::Health& health, metrics::Registry& metrics, Callbacks callbacks);
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;

  void start();
  // Reads the registry at once; Callbacks::refreshed follows unless Redis is away.
  void refresh() { registry_.refresh(); }
  // Travels with the next heartbeat.
  void set_load(std::size_t load);
  // Takes our record out of the registry, then calls `done`; also when Redis is away.
  void leave(std::function<void()> done);

  [[nodiscard]] stores::RedisClient& redis() { return redis_; }
  [[nodiscard]] const Registry& registry() const { return registry_; }
  [[nodiscard]] const NodeRecord& record() const { return registrar_.record(); }

 private:
  void watch();
  void tell_state();
  Task<void> take_leave(std::function<void()> done);

  Callbacks callbacks_;
  runtime::Health& health_;
  runtime::Health::Check& redis_ok_;
  MemberMetrics metrics_;
  stores::RedisClient redis_;
  Registrar registrar_;
  Registry registry_;
  net::Timer watch_;
  // Health outlives us and may still turn when we are gone.
  std::shared_ptr<bool> here_ = std::make_shared<bool>(true);
  TaskScope tasks_;
};

}  // namespace monarch::cluster
