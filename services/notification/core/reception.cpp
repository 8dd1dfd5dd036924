#include "notification/core/reception.hpp"

#include <algorithm>
#include <functional>

namespace monarch::notification {

namespace {
// Beyond it the oldest referral is forgotten: its client may be referred a third time.
constexpr std::size_t kReferralsRemembered = 10'000;
}  // namespace

bool Reception::bounced(std::size_t handle_hash) {
  const auto since = clock_.now() - settings_.referral_window;
  while (!referrals_.empty() && referrals_.front().first <= since) referrals_.pop_front();
  const auto times = std::count_if(referrals_.begin(), referrals_.end(),
                                   [=](const auto& entry) { return entry.second == handle_hash; });
  return static_cast<std::size_t>(times) >= settings_.referrals_max;
}

std::size_t Reception::draw(std::uint64_t total) {
  auto ticket = random_.below(total);
  for (std::size_t i = 0; i < peers_.size(); ++i) {
    if (ticket < peers_[i].free) return i;
    ticket -= peers_[i].free;
  }
  return 0;
}

Peer* Reception::pick() {
  std::uint64_t total = 0;
  for (const auto& peer : peers_) total += peer.free;
  if (total == 0) return nullptr;
  const auto first = draw(total);
  const auto second = draw(total);
  auto* peer = &peers_[peers_[second].free > peers_[first].free ? second : first];
  // Counted until the next heartbeat says it better, so that a burst does not pile onto one node.
  --peer->free;
  return peer;
}

Admission Reception::admit(const Handle& handle) {
  const bool full = load_ > settings_.capacity;
  if (!draining_ && !full) return {};
  const auto reason = draining_ ? msnp::Referral::kDraining : msnp::Referral::kFull;
  const auto hash = std::hash<Handle>{}(handle);
  const bool room = load_ <= settings_.sessions_max;
  if (bounced(hash) && room) return {};
  if (const auto* peer = pick()) {
    if (referrals_.size() >= kReferralsRemembered) referrals_.pop_front();
    referrals_.emplace_back(clock_.now(), hash);
    return {.kind = Admission::Kind::kReferred,
            .address = peer->address,
            .target = peer->node,
            .reason = reason};
  }
  if (draining_) return {.kind = Admission::Kind::kNowhere, .reason = reason};
  return {.kind = room ? Admission::Kind::kWelcome : Admission::Kind::kFull, .reason = reason};
}

}  // namespace monarch::notification
