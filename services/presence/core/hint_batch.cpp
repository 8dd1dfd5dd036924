#include "presence/core/hint_batch.hpp"

#include <utility>
#include <variant>

namespace monarch::presence {
namespace {

// One subject has two states at most, and one operation's states come together: looking back this
// far finds the hint to join.
constexpr std::size_t kLookBack = 4;

bool same(const model::ContactState& left, const model::ContactState& right) {
  return left.account == right.account && left.version == right.version &&
         left.status == right.status;
}

}  // namespace

std::vector<model::Hint>& HintBatch::hints_for(const NodeId& node) {
  const auto [place, is_new] = places_.try_emplace(node, nodes_.size());
  if (is_new) nodes_.push_back({node, {}});
  return nodes_[place->second].hints;
}

void HintBatch::presence(const NodeId& node, SessionId recipient,
                         const model::ContactState& subject) {
  auto& hints = hints_for(node);
  for (std::size_t i = hints.size(); i > 0 && hints.size() - i < kLookBack; --i) {
    auto* hint = std::get_if<model::PresenceHint>(&hints[i - 1]);
    if (hint != nullptr && same(hint->subject, subject)) {
      hint->recipients.push_back(recipient);
      return;
    }
  }
  hints.emplace_back(model::PresenceHint{subject, {recipient}, trace_});
}

void HintBatch::roster(const NodeId& node, SessionId recipient, const model::RosterEvent& event) {
  hints_for(node).emplace_back(model::RosterHint{recipient, event});
}

void HintBatch::kick(const NodeId& node, SessionId session, model::KickReason reason) {
  hints_for(node).emplace_back(model::KickHint{session, reason});
}

void HintBatch::ring(const NodeId& node, model::RingHint hint) {
  hints_for(node).emplace_back(std::move(hint));
}

void HintBatch::notice(const NodeId& node, model::NoticeHint hint) {
  hints_for(node).emplace_back(std::move(hint));
}

}  // namespace monarch::presence
