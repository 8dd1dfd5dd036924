// Housekeeping: what an instance of presence does without being asked: it reaps the sessions of
// dead nodes and trims the journal. Every instance does both; it does no harm when several are at
// it. Loop thread only.
#pragma once

#include <set>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "cluster/registry.hpp"
#include "net/loop.hpp"
#include "presence/adapters/postgres_roster_store.hpp"
#include "presence/core/presence.hpp"
#include "runtime/metrics.hpp"

namespace monarch::presence {

class Housekeeping {
 public:
  Housekeeping(net::Loop& loop, Presence& presence, PostgresRosterStore& store,
               const cluster::Registry& registry, metrics::Registry& metrics);

  // Of the registry. A node that started anew closes by itself what its former life has left.
  void node_changed(const cluster::NodeEvent& event);
  // From now on, every minute.
  void start();

 private:
  [[nodiscard]] bool is_gone(const NodeId& node) const;
  Task<void> reap(NodeId node);
  Task<void> trim();
  void schedule_trim();

  net::Loop& loop_;
  Presence& presence_;
  PostgresRosterStore& store_;
  const cluster::Registry& registry_;
  metrics::Counter reaped_;
  metrics::Counter trimmed_;
  std::set<NodeId> reaping_;
  net::Timer trim_;
  TaskScope tasks_;
};

}  // namespace monarch::presence
