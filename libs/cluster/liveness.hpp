// Liveness: the pure decision which nodes are alive (ARCHITECTURE.md#rule-7). A node is
// dead when its beat counter has stood still for dead_after of the observer's steady clock while
// the observer's own Redis connection answered throughout. It is fed snapshots and times; no clock,
// no Redis, no thread of its own.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "cluster/node_record.hpp"

namespace monarch::cluster {

struct LivenessSettings {
  std::chrono::milliseconds dead_after{5000};
  // A dead node's record is due for removal after this.
  std::chrono::milliseconds purge_after{std::chrono::minutes(10)};
};

enum class NodeChange : std::uint8_t {
  kJoined,        // first seen, or there again after it was missing or dead
  kUpdated,       // state, address, capacity changed (not load and beat alone)
  kReincarnated,  // the same id with a new incarnation: what the old one held is gone
  kMissing,       // its record is not there; not yet dead, but not to be chosen
  kDied,          // its counter stood still
  kLeft,          // its record was gone for dead_after: it left, or was purged
};
[[nodiscard]] std::string_view to_string(NodeChange change);

struct NodeEvent {
  NodeChange change = NodeChange::kUpdated;
  NodeRecord record;                             // as last seen
  std::optional<std::uint64_t> old_incarnation;  // kReincarnated only
};

enum class NodeHealth : std::uint8_t { kAlive, kMissing, kDead };

class Liveness {
 public:
  struct Snapshot {
    std::vector<NodeRecord> records;
    // When the question was sent and when the answer was read. Stillness is counted from the answer
    // that first showed a value to the question that last did, so a slow answer proves nothing.
    TimePoint asked;
    TimePoint answered;
    // Since when the observer's connection has answered; stillness before that does not count.
    TimePoint answering_since;
  };

  explicit Liveness(LivenessSettings settings) : settings_(settings) {}

  // What changed by this snapshot.
  [[nodiscard]] std::vector<NodeEvent> feed(const Snapshot& snapshot);

  // Records of nodes dead for purge_after as of the last snapshot.
  [[nodiscard]] std::vector<NodeRecord> purgeable() const;

  struct Entry {
    NodeRecord record;
    NodeHealth health = NodeHealth::kAlive;
    // Whether it was seen to beat. What the first snapshot shows may be dead already.
    bool proven = false;
  };
  [[nodiscard]] const Entry* find(const NodeId& id) const;
  // Every node known, by name; dead ones too until their record is gone.
  [[nodiscard]] std::vector<Entry> table() const;
  // Whether anything was fed yet: before, absence proves nothing.
  [[nodiscard]] bool informed() const { return informed_; }

 private:
  struct Watched {
    Entry entry;
    TimePoint changed;  // when the present value (or absence) was first seen
    TimePoint died;
    bool seen = false;  // in the snapshot being fed
  };
  void observe(const NodeRecord& record, const Snapshot& snapshot, std::vector<NodeEvent>& events);
  // Whether its value, or its absence, has stood still for dead_after.
  [[nodiscard]] bool still(const Watched& node, const Snapshot& snapshot) const;

  LivenessSettings settings_;
  std::map<NodeId, Watched> nodes_;  // ordered: the same history tells the same story
  TimePoint last_answered_{};
  bool informed_ = false;
};

}  // namespace monarch::cluster
