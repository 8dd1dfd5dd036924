#include "dispatch/core/node_picker.hpp"

#include <utility>

#include "base/assert.hpp"

namespace monarch::dispatch {

std::uint64_t NodePicker::Entry::expected_load() const {
  return std::uint64_t{node.load} + referred;
}

std::uint64_t NodePicker::Entry::free() const {
  const std::uint64_t load = expected_load();
  return node.ready && load < node.capacity ? node.capacity - load : 0;
}

// By the share of the capacity that is taken: nodes may differ in size.
bool NodePicker::Entry::less_loaded_than(const Entry& other) const {
  return expected_load() * other.node.capacity < other.expected_load() * node.capacity;
}

void NodePicker::update(std::vector<NotificationNode> nodes) {
  std::vector<Entry> entries;
  entries.reserve(nodes.size());
  for (NotificationNode& node : nodes) {
    std::uint32_t referred = 0;
    for (const Entry& old : entries_) {
      const bool same_measurement = old.node.id == node.id &&
                                    old.node.incarnation == node.incarnation &&
                                    old.node.heartbeat == node.heartbeat;
      if (same_measurement) referred = old.referred;
    }
    referrals_.know(node.id.value());
    entries.push_back({.node = std::move(node), .referred = referred});
  }
  entries_ = std::move(entries);
}

Result<std::string_view, NoNode> NodePicker::refer() {
  std::uint64_t total = 0;
  bool any_ready = false;
  for (const Entry& entry : entries_) {
    total += entry.free();
    any_ready |= entry.node.ready;
  }
  if (total == 0) {
    const auto reason = any_ready ? msnp::Referral::kFull : msnp::Referral::kNoNode;
    referrals_.count(msnp::ReferralCounts::kNobody, reason);
    return fail(any_ready ? NoNode::kAllFull : NoNode::kNoneReady);
  }

  std::size_t chosen = draw(total, entries_.size());
  const std::uint64_t rest = total - entries_[chosen].free();
  if (rest > 0) {
    const std::size_t other = draw(rest, chosen);
    if (entries_[other].less_loaded_than(entries_[chosen])) chosen = other;
  }
  Entry& entry = entries_[chosen];
  ++entry.referred;
  referrals_.count(entry.node.id.value(),
                   rest > 0 ? msnp::Referral::kLoad : msnp::Referral::kOnlyNode);
  return std::string_view(entry.node.advertised_address);
}

std::uint64_t NodePicker::room() const {
  std::uint64_t room = 0;
  for (const auto& [node, referred] : entries_) {
    if (node.ready && node.load < node.capacity) room += node.capacity - node.load;
  }
  return room;
}

// One of the nodes except `but`, each as likely as its share of `total_free`, the sum of theirs.
std::size_t NodePicker::draw(std::uint64_t total_free, std::size_t but) {
  std::uint64_t ticket = random_->below(total_free);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    if (i == but) continue;
    const std::uint64_t free = entries_[i].free();
    if (ticket < free) return i;
    ticket -= free;
  }
  MONARCH_ASSERT(false);
  return 0;
}

}  // namespace monarch::dispatch
