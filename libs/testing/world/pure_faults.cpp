// PureCluster: what comes up and what goes down.
#include <utility>

#include "testing/transcript/pattern.hpp"
#include "testing/world/processes.hpp"

namespace monarch::world {
namespace {

constexpr std::chrono::seconds kReapRetry{1};
// A reaper that has not ended by then has died with its instance.
constexpr std::chrono::seconds kReapPatience{3};

}  // namespace

// ---- notification nodes -------------------------------------------------------------------------

notification::Node* PureCluster::node(std::size_t i) { return nodes_.at(i)->node.get(); }

bool PureCluster::node_alive(std::size_t i) const { return nodes_.at(i)->node != nullptr; }

bool PureCluster::instance_alive(std::size_t i) const {
  return instances_.at(i)->presence != nullptr;
}

bool PureCluster::node_ready(std::size_t i) const {
  const auto& process = *nodes_.at(i);
  return process.node != nullptr && !process.node->draining() && process.settings.capacity > 0;
}

void PureCluster::start_node(std::size_t i) {
  auto& process = *nodes_.at(i);
  if (process.node != nullptr) return;
  say("== " + process.settings.node.value() + " starts");
  ++process.incarnation;
  ++process.death;
  process.dying = false;
  process.deaf = false;
  process.settings.capacity = options_.notification.capacity;
  process.node = std::make_unique<notification::Node>(
      process.settings, process, process, process, process, notification::Doors{process, process},
      &transcript::md5_hex, clock_, random_);
  for (std::size_t k = 0; k < instances_.size(); ++k) {
    if (instance_alive(k)) link_up(i, k);
  }
  if (!redis_away_) process.node->bus_up();
}

void PureCluster::kill_node(std::size_t i) {
  auto& process = *nodes_.at(i);
  if (process.node == nullptr) return;
  say("== " + process.settings.node.value() + " dies");
  process.node.reset();
  for (auto& link : links_.at(i)) link = {false, link.epoch + 1};
  for (auto& [id, client] : clients_) {
    if (client.node == static_cast<int>(i)) client.closed = true;
  }
  const auto death = ++process.death;
  later(options_.dead_after, [this, i, death] {
    if (nodes_.at(i)->death == death) declare_dead(i);
  });
}

void PureCluster::drain_node(std::size_t i) {
  if (auto* one = node(i)) one->drain();
}

void PureCluster::stop_node(std::size_t i) {
  if (auto* one = node(i)) {
    one->send_away(1, {});
    one->advance();
    one->shut_down();
  }
}

void PureCluster::fill_node(std::size_t i) { nodes_.at(i)->settings.capacity = 0; }

void PureCluster::declare_dead(std::size_t i) {
  auto& process = *nodes_.at(i);
  say("== " + process.settings.node.value() + " is declared dead");
  process.dying = true;
  reap(i, ++process.death);
}

void PureCluster::tell_declared_dead(std::size_t i) {
  auto& process = *nodes_.at(i);
  if (process.node == nullptr || !process.dying) return;
  say("== " + process.settings.node.value() + " learns that it was declared dead");
  process.dying = false;
  ++process.death;
  process.node->declared_dead();
}

void PureCluster::deafen(std::size_t i) {
  say("== " + nodes_.at(i)->settings.node.value() + " loses its subscription");
  nodes_.at(i)->deaf = true;
}

void PureCluster::hear(std::size_t i) {
  auto& process = *nodes_.at(i);
  if (!std::exchange(process.deaf, false) || process.node == nullptr || redis_away_) return;
  say("== " + process.settings.node.value() + " subscribes again");
  process.node->bus_up();
}

// Some instance takes it; if it dies or fails, some instance takes it again.
void PureCluster::reap(std::size_t node, std::uint64_t death) {
  if (nodes_.at(node)->death != death) return;
  std::size_t alive = 0;
  for (std::size_t k = 0; k < instances_.size(); ++k) alive += instance_alive(k) ? 1 : 0;
  if (alive == 0) {
    later(kReapRetry, [this, node, death] { reap(node, death); });
    return;
  }
  auto choice = random_.below(alive);
  for (std::size_t k = 0; k < instances_.size(); ++k) {
    if (!instance_alive(k) || choice-- != 0) continue;
    instances_[k]->tasks->spawn(run_reap(this, instances_[k]->presence.get(), node, death));
    break;
  }
}

Task<void> PureCluster::run_reap(PureCluster* cluster, presence::Presence* presence,
                                 std::size_t node, std::uint64_t death) {
  const auto watch = ++cluster->nodes_.at(node)->death;
  static_cast<void>(death);
  cluster->later(kReapPatience, [cluster, node, watch] {
    if (cluster->nodes_.at(node)->death == watch) cluster->reap(node, watch);
  });
  auto reaping = presence->reap(cluster->nodes_.at(node)->settings.node);
  auto more = co_await reaping;
  cluster->reaped(node, watch, !more.ok() || *more);
}

void PureCluster::reaped(std::size_t node, std::uint64_t death, bool again) {
  if (nodes_.at(node)->death != death) return;
  if (!again) {
    ++nodes_.at(node)->death;
    say("== " + nodes_.at(node)->settings.node.value() + " is reaped");
    return;
  }
  later(kReapRetry, [this, node, death] { reap(node, death); });
}

// ---- presence instances -------------------------------------------------------------------------

void PureCluster::start_instance(std::size_t i) {
  auto& instance = *instances_.at(i);
  if (instance.presence != nullptr) return;
  say("== " + instance.name.value() + " starts");
  instance.presence =
      std::make_unique<presence::Presence>(store_, index_, bus_, directory_, options_.presence);
  instance.tasks = std::make_unique<TaskScope>();
  for (std::size_t k = 0; k < nodes_.size(); ++k) {
    if (node_alive(k)) link_up(k, i);
  }
}

void PureCluster::crash_instance(std::size_t i) {
  auto& instance = *instances_.at(i);
  if (instance.presence == nullptr) return;
  say("== " + instance.name.value() + " crashes");
  instance.tasks.reset();
  instance.presence.reset();
  for (std::size_t k = 0; k < nodes_.size(); ++k) link_down(k, i);
}

bool PureCluster::linked(std::size_t node, std::size_t instance) const {
  return links_.at(node).at(instance).up;
}

void PureCluster::cut(std::size_t node, std::size_t instance) {
  if (!linked(node, instance)) return;
  say("== the link of " + nodes_.at(node)->settings.node.value() + " to " +
      instances_.at(instance)->name.value() + " breaks");
  link_down(node, instance);
}

void PureCluster::mend(std::size_t node, std::size_t instance) {
  if (!linked(node, instance) && node_alive(node) && instance_alive(instance)) {
    link_up(node, instance);
  }
}

void PureCluster::link_up(std::size_t node, std::size_t instance) {
  auto& link = links_.at(node).at(instance);
  link = {true, link.epoch + 1};
  nodes_.at(node)->node->link_up(instances_.at(instance)->name);
}

void PureCluster::link_down(std::size_t node, std::size_t instance) {
  auto& link = links_.at(node).at(instance);
  const bool was_up = link.up;
  link = {false, link.epoch + 1};
  if (was_up && node_alive(node)) {
    nodes_.at(node)->node->link_down(instances_.at(instance)->name);
  }
}

// ---- PostgreSQL and Redis -----------------------------------------------------------------------

void PureCluster::take_redis_away() {
  if (redis_away_) return;
  say("== Redis is away");
  redis_away_ = true;
  index_.is_reachable = false;
}

void PureCluster::bring_redis_back(bool empty) {
  if (!std::exchange(redis_away_, false)) return;
  index_.is_reachable = true;
  say(empty ? "== Redis is back, empty" : "== Redis is back");
  if (empty) {
    index_.lose_everything();
    index_.is_settled = false;
    const auto life = ++redis_lives_;
    later(options_.settle_after, [this, life] {
      if (redis_lives_ == life) index_.is_settled = true;
    });
  }
  for (const auto& process : nodes_) {
    if (process->node != nullptr && !process->deaf) process->node->bus_up();
  }
}

void PureCluster::mend_all() {
  weather = {};
  lose_reply = {};
  hint_copies = {};
  bring_store_back();
  bring_redis_back(false);
  for (std::size_t i = 0; i < instances_.size(); ++i) start_instance(i);
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    start_node(i);
    hear(i);
    tell_declared_dead(i);
    for (std::size_t k = 0; k < instances_.size(); ++k) mend(i, k);
  }
}

}  // namespace monarch::world
