#include "notification/core/quota.hpp"

namespace monarch::notification {

bool Quota::take(AccountId account, TimePoint now, const QuotaLimits& limits) {
  while (!taken_.empty() && taken_.front().first + limits.window <= now) {
    const auto place = counts_.find(taken_.front().second);
    if (--place->second == 0) counts_.erase(place);
    taken_.pop_front();
  }
  if (taken_.size() >= limits.in_all) return false;
  const auto place = counts_.find(account);
  if (place != counts_.end() && place->second >= limits.per_account) return false;
  if (limits.per_account == 0) return false;
  ++counts_[account];
  taken_.emplace_back(now, account);
  return true;
}

}  // namespace monarch::notification
