#include "cluster/liveness.hpp"

#include <algorithm>
#include <utility>

namespace monarch::cluster {

namespace {

// Load and beat change all the time; whoever wants them looks.
bool differs_notably(const NodeRecord& a, const NodeRecord& b) {
  return a.state != b.state || a.advertised != b.advertised || a.rpc != b.rpc || a.role != b.role ||
         a.capacity != b.capacity;
}

}  // namespace

std::string_view to_string(NodeChange change) {
  switch (change) {
    case NodeChange::kJoined:
      return "joined";
    case NodeChange::kUpdated:
      return "updated";
    case NodeChange::kReincarnated:
      return "reincarnated";
    case NodeChange::kMissing:
      return "missing";
    case NodeChange::kDied:
      return "died";
    case NodeChange::kLeft:
      return "left";
  }
  return "unknown";
}

std::vector<NodeEvent> Liveness::feed(const Snapshot& snapshot) {
  std::vector<NodeEvent> events;
  for (auto& [id, node] : nodes_) node.seen = false;
  for (const auto& record : snapshot.records) observe(record, snapshot, events);
  for (auto at = nodes_.begin(); at != nodes_.end();) {
    auto& [id, node] = *at;
    if (!node.seen && node.entry.health == NodeHealth::kAlive) {
      node.entry.health = NodeHealth::kMissing;
      node.changed = snapshot.answered;
      events.push_back({NodeChange::kMissing, node.entry.record, {}});
    }
    if (node.seen || (node.entry.health == NodeHealth::kMissing && !still(node, snapshot))) {
      ++at;
    } else {
      // Its death was told before, if it died.
      if (node.entry.health == NodeHealth::kMissing) {
        events.push_back({NodeChange::kLeft, node.entry.record, {}});
      }
      at = nodes_.erase(at);
    }
  }
  last_answered_ = snapshot.answered;
  informed_ = true;
  return events;
}

void Liveness::observe(const NodeRecord& record, const Snapshot& snapshot,
                       std::vector<NodeEvent>& events) {
  const auto [place, added] = nodes_.try_emplace(record.id);
  auto& node = place->second;
  node.seen = true;
  if (added) {
    // What appears while we watch has just been written; what we find may be old.
    node.entry = {record, NodeHealth::kAlive, informed_};
    node.changed = snapshot.answered;
    events.push_back({NodeChange::kJoined, record, {}});
    return;
  }
  const auto before = std::exchange(node.entry.record, record);
  if (record.incarnation == before.incarnation && record.beat == before.beat &&
      node.entry.health != NodeHealth::kMissing) {
    if (node.entry.health == NodeHealth::kAlive && still(node, snapshot)) {
      node.entry.health = NodeHealth::kDead;
      node.died = snapshot.answered;
      events.push_back({NodeChange::kDied, record, {}});
    }
    return;
  }
  node.changed = snapshot.answered;
  node.entry.proven = true;
  const auto health = std::exchange(node.entry.health, NodeHealth::kAlive);
  if (record.incarnation != before.incarnation) {
    events.push_back({NodeChange::kReincarnated, record, before.incarnation});
  } else if (health != NodeHealth::kAlive) {
    events.push_back({NodeChange::kJoined, record, {}});
  } else if (differs_notably(record, before)) {
    events.push_back({NodeChange::kUpdated, record, {}});
  }
}

bool Liveness::still(const Watched& node, const Snapshot& snapshot) const {
  const auto since = std::max(node.changed, snapshot.answering_since);
  return snapshot.asked - since >= settings_.dead_after;
}

std::vector<NodeRecord> Liveness::purgeable() const {
  std::vector<NodeRecord> records;
  for (const auto& [id, node] : nodes_) {
    if (node.entry.health == NodeHealth::kDead &&
        last_answered_ - node.died >= settings_.purge_after) {
      records.push_back(node.entry.record);
    }
  }
  return records;
}

const Liveness::Entry* Liveness::find(const NodeId& id) const {
  const auto found = nodes_.find(id);
  return found == nodes_.end() ? nullptr : &found->second.entry;
}

std::vector<Liveness::Entry> Liveness::table() const {
  std::vector<Entry> entries;
  entries.reserve(nodes_.size());
  for (const auto& [id, node] : nodes_) entries.push_back(node.entry);
  return entries;
}

}  // namespace monarch::cluster
