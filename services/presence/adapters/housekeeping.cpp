#include "presence/adapters/housekeeping.hpp"

#include <chrono>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::presence {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr seconds kReapRetry{1};
constexpr minutes kTrimInterval{1};
constexpr std::size_t kTrimBatch = 5000;
constexpr int kTrimBatchesMax = 20;  // in a row; the rest waits for the next minute

}  // namespace

Housekeeping::Housekeeping(net::Loop& loop, Presence& presence, PostgresRosterStore& store,
                           const cluster::Registry& registry, metrics::Registry& metrics)
    : loop_(loop),
      presence_(presence),
      store_(store),
      registry_(registry),
      reaped_(metrics.counter("nodes_reaped_total", "Dead nodes whose sessions were cleared away")),
      trimmed_(metrics.counter("journal_trimmed_total", "Journal rows deleted after an hour")),
      trim_(loop) {}

void Housekeeping::node_changed(const cluster::NodeEvent& event) {
  if (event.record.role != "notification") return;
  const bool gone =
      event.change == cluster::NodeChange::kDied || event.change == cluster::NodeChange::kLeft;
  if (!gone || !reaping_.insert(event.record.id).second) return;
  tasks_.spawn(reap(event.record.id));
}

bool Housekeeping::is_gone(const NodeId& node) const {
  const auto entry = registry_.find(node);
  return !entry || entry->health != cluster::NodeHealth::kAlive;
}

Task<void> Housekeeping::reap(NodeId node) {
  log::info("reaping_node", {{"subject", node}});
  bool more = true;
  // One that is back holds sessions of its own on the same list.
  while (more && is_gone(node)) {
    auto reaping = presence_.reap(node);
    const auto reaped = co_await reaping;
    if (reaped.ok()) {
      more = *reaped;
      continue;
    }
    // Nothing is lost: the sessions are still on the node's list.
    net::Timer pause(loop_);
    Eventual<bool> over;
    pause.start(kReapRetry, [over] { over.set(true); });
    const bool again = co_await over;
    static_cast<void>(again);
  }
  reaped_.add();
  reaping_.erase(node);
  log::info("node_reaped", {{"subject", node}});
}

void Housekeeping::start() { schedule_trim(); }

void Housekeeping::schedule_trim() {
  trim_.start(kTrimInterval, [this] { tasks_.spawn(trim()); });
}

Task<void> Housekeeping::trim() {
  for (int batch = 0; batch < kTrimBatchesMax; ++batch) {
    auto trimming = store_.trim_journal(kTrimBatch);
    const auto deleted = co_await trimming;
    if (!deleted.ok()) break;
    trimmed_.add(*deleted);
    if (*deleted < kTrimBatch) break;
  }
  schedule_trim();
}

}  // namespace monarch::presence
