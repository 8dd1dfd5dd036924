// NodePicker: which notification node a client is referred to (docs/protocol/dispatch.md#which-ns).
// One per process, fed with the registry's snapshots, on the one loop that also asks it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "msnp/referral_counts.hpp"

namespace monarch::dispatch {

// A notification node as the registry shows it.
struct NotificationNode {
  NodeId id = {};
  // Of the process, not the place: a restarted node has another.
  std::uint64_t incarnation = 0;
  // host:port as clients reach it.
  std::string advertised_address = {};
  // In connections.
  std::uint32_t capacity = 0;
  std::uint32_t load = 0;
  // Neither starting nor draining.
  bool ready = false;
  // The counter; a new value means that `load` is a new measurement.
  std::uint64_t heartbeat = 0;
};

enum class NoNode : std::uint8_t {
  kNoneReady,  // 601
  kAllFull,    // 600
};

class NodePicker {
 public:
  // `random` must outlive it.
  explicit NodePicker(Random& random) : random_(&random) {}

  // Replaces the table; whoever is missing from it is dead. What was referred to a node since the
  // heartbeat it shows stays counted.
  void update(std::vector<NotificationNode> nodes);

  // The address of two ready nodes' less loaded one, drawn by free capacity; counts the referral.
  // The view is valid until update().
  [[nodiscard]] Result<std::string_view, NoNode> refer();

  // What became of all that were to be referred.
  [[nodiscard]] const msnp::ReferralCounts& referrals() const { return referrals_; }

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Connections that the ready nodes have room for, as their heartbeats say.
  [[nodiscard]] std::uint64_t room() const;

 private:
  struct Entry {
    NotificationNode node;
    // Clients sent there that the node's last heartbeat cannot have counted yet.
    std::uint32_t referred = 0;

    [[nodiscard]] std::uint64_t expected_load() const;
    [[nodiscard]] std::uint64_t free() const;
    [[nodiscard]] bool less_loaded_than(const Entry& other) const;
  };

  [[nodiscard]] std::size_t draw(std::uint64_t total_free, std::size_t but);

  Random* random_;
  std::vector<Entry> entries_;
  msnp::ReferralCounts referrals_;
};

}  // namespace monarch::dispatch
