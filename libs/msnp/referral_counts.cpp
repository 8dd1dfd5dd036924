#include "msnp/referral_counts.hpp"

namespace monarch::msnp {

std::string_view to_string(Referral reason) {
  switch (reason) {
    case Referral::kLoad:
      return "load";
    case Referral::kOnlyNode:
      return "only_node";
    case Referral::kFull:
      return "full";
    case Referral::kNoNode:
      return "no_node";
    case Referral::kDraining:
      return "draining";
    case Referral::kChat:
      return "chat";
  }
  return "unknown";
}

ReferralCounts::ByReason& ReferralCounts::know(std::string_view target) {
  if (const auto place = by_target_.find(target); place != by_target_.end()) return place->second;
  if (by_target_.size() >= kTargetsMax) target = "other";
  return by_target_.try_emplace(std::string(target)).first->second;
}

void ReferralCounts::count(std::string_view target, Referral reason) {
  ++know(target)[static_cast<std::size_t>(reason)];
}

}  // namespace monarch::msnp
