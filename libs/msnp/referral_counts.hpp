// ReferralCounts: how often clients were sent to which node and why, for metrics; kNobody stands
// for those who were to be sent on and could not be. Owned by a core's counters; only ever rises.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

namespace monarch::msnp {

enum class Referral : std::uint8_t {
  kLoad,      // dispatch: the less loaded of two nodes that were drawn
  kOnlyNode,  // dispatch: no other had room
  kFull,      // all had their capacity: 600; a notification node: it has its own
  kNoNode,    // none was ready: 601
  kDraining,  // the node was about to end
  kChat,      // XFR SB
};
inline constexpr std::size_t kReferrals = 6;
[[nodiscard]] std::string_view to_string(Referral reason);

class ReferralCounts {
 public:
  static constexpr std::string_view kNobody = "none";
  using ByReason = std::array<std::uint64_t, kReferrals>;

  ReferralCounts() { know(kNobody); }
  // From now on it is there, if with nothing counted: a graph shows no rise of what was not.
  // `target` is a node's id; more than kTargetsMax of them share "other".
  ByReason& know(std::string_view target);
  void count(std::string_view target, Referral reason);
  [[nodiscard]] const std::map<std::string, ByReason, std::less<>>& by_target() const {
    return by_target_;
  }

 private:
  static constexpr std::size_t kTargetsMax = 1000;
  std::map<std::string, ByReason, std::less<>> by_target_;
};

}  // namespace monarch::msnp
