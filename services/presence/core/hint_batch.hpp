// Collects what one operation has to tell, grouped so that each notification node gets one publish
// and each state of a subject one hint with all its recipients there. Lives for one operation.
#pragma once

#include <cstddef>
#include <optional>
#include <unordered_map>
#include <vector>

#include "model/hint.hpp"

namespace monarch::presence {

class HintBatch {
 public:
  HintBatch() = default;
  // What the states are told for: every presence hint carries it.
  explicit HintBatch(std::optional<model::Trace> trace) : trace_(trace) {}

  void presence(const NodeId& node, SessionId recipient, const model::ContactState& subject);
  void roster(const NodeId& node, SessionId recipient, const model::RosterEvent& event);
  void kick(const NodeId& node, SessionId session, model::KickReason reason);
  void ring(const NodeId& node, model::RingHint hint);
  void notice(const NodeId& node, model::NoticeHint hint);

  [[nodiscard]] bool empty() const { return nodes_.empty(); }
  [[nodiscard]] const std::vector<model::NodeHints>& nodes() const { return nodes_; }

 private:
  std::vector<model::Hint>& hints_for(const NodeId& node);

  std::optional<model::Trace> trace_;
  std::vector<model::NodeHints> nodes_;
  std::unordered_map<NodeId, std::size_t> places_;
};

}  // namespace monarch::presence
