#include "cluster/member_metrics.hpp"

#include <array>
#include <chrono>
#include <map>
#include <string_view>
#include <utility>

#include "cluster/registrar.hpp"
#include "cluster/registry.hpp"

namespace monarch::cluster {
namespace {

constexpr std::array<std::string_view, 5> kRoles = {"auth", "dispatch", "notification", "presence",
                                                    "switchboard"};
constexpr std::array<std::string_view, 4> kStates = {"ready", "draining", "missing", "dead"};

std::string_view state_of(const Liveness::Entry& entry) {
  switch (entry.health) {
    case NodeHealth::kDead:
      return "dead";
    case NodeHealth::kMissing:
      return "missing";
    case NodeHealth::kAlive:
      break;
  }
  return entry.record.state == NodeState::kReady ? "ready" : "draining";
}

}  // namespace

MemberMetrics::MemberMetrics(metrics::Registry& registry, const Clock& clock)
    : clock_(clock),
      started_(clock.now()),
      redis_(registry),
      heartbeat_age_(registry.common().gauge(
          "heartbeat_age_seconds",
          "Since the last heartbeat of this process that Redis took; before the first, since its "
          "start")),
      nodes_(registry.common().gauge_family(
          "nodes_count",
          "Nodes of the cluster by role and state, as this process sees them; "
          "\"draining\" also counts those that are not ready",
          {"role", "state"})),
      died_(registry.common().counter_family(
          "nodes_died_total", "Nodes that this process saw die: their heartbeat stood still",
          {"role"})) {
  for (const auto role : kRoles) (void)died_.with(role);
}

void MemberMetrics::changed(const NodeEvent& event) {
  if (event.change == NodeChange::kDied) died_.with(event.record.role).add();
}

void MemberMetrics::update(const stores::RedisClient& redis, const Registrar& registrar,
                           const Registry& registry) {
  redis_.update(redis);
  const auto beat = registrar.last_beat().value_or(started_);
  heartbeat_age_.set(std::chrono::duration<double>(clock_.now() - beat).count());
  std::map<std::pair<std::string_view, std::string_view>, double> counts;
  for (const auto role : kRoles) {
    for (const auto state : kStates) counts[{role, state}] = 0;
  }
  const auto table = registry.table();
  for (const auto& entry : table) ++counts[{entry.record.role, state_of(entry)}];
  for (const auto& [key, count] : counts) nodes_.with({key.first, key.second}).set(count);
}

}  // namespace monarch::cluster
