// Quota: how much of something each account, and all of a node together, may do within a window.
// What leaves the cluster costs others something, and a server without such a limit is an open
// relay. Owned by Node, on its loop. It counts for one node only, which a session may leave.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <unordered_map>
#include <utility>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace monarch::notification {

struct QuotaLimits {
  std::size_t per_account = 0;
  std::size_t in_all = 0;
  Duration window{};
};

class Quota {
 public:
  // False: there is none left, and nothing was counted. At most `in_all` takes are remembered.
  [[nodiscard]] bool take(AccountId account, TimePoint now, const QuotaLimits& limits);

 private:
  std::deque<std::pair<TimePoint, AccountId>> taken_;  // the oldest first
  std::unordered_map<AccountId, std::uint32_t> counts_;
};

}  // namespace monarch::notification
