// MemberMetrics: what a process's place in the cluster tells of itself and of the others, the same
// in every service. Owned by Member; lives on the loop.
#pragma once

#include "base/clock.hpp"
#include "cluster/liveness.hpp"
#include "runtime/metrics.hpp"
#include "stores/redis_metrics.hpp"

namespace monarch::cluster {

class Registrar;
class Registry;

class MemberMetrics {
 public:
  // The clock must outlive it.
  MemberMetrics(metrics::Registry& registry, const Clock& clock);
  void changed(const NodeEvent& event);
  // Now and then.
  void update(const stores::RedisClient& redis, const Registrar& registrar,
              const Registry& registry);

 private:
  const Clock& clock_;
  TimePoint started_;
  stores::RedisMetrics redis_;
  metrics::Gauge heartbeat_age_;
  metrics::GaugeFamily nodes_;
  metrics::CounterFamily died_;
};

}  // namespace monarch::cluster
