// TokenBucket: how fast a client may speak
// (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules). A value of 8 bytes per connection;
// what it does when it is empty is its owner's affair.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "base/clock.hpp"

namespace monarch::switchboard {

class TokenBucket {
 public:
  // `per_second` tokens flow in, at most `burst` are kept; no limit when either is 0.
  struct Rate {
    Rate(std::uint32_t per_second, std::uint32_t burst)
        : interval(per_second == 0 ? Duration(0) : Duration(std::chrono::seconds(1)) / per_second),
          depth(interval * burst) {}
    Duration interval;
    Duration depth;
  };

  // Full at first.
  explicit TokenBucket(TimePoint now) : spent_until_(now) {}

  // When the next token may be taken: `now` or earlier when there is one.
  [[nodiscard]] TimePoint ready_at(const Rate& rate) const {
    return spent_until_ + rate.interval - rate.depth;
  }
  [[nodiscard]] bool ready(const Rate& rate, TimePoint now) const {
    return rate.depth == Duration(0) || ready_at(rate) <= now;
  }
  void take(const Rate& rate, TimePoint now) {
    spent_until_ = std::max(spent_until_, now) + rate.interval;
  }

 private:
  // Where the tokens taken so far would have us, had each been taken as soon as it flowed in.
  TimePoint spent_until_;
};

}  // namespace monarch::switchboard
