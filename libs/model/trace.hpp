// Trace: by what one change of status is followed and timed across processes, from the CHG that one
// node has read to the NLN that another has written
// (docs/decisions/0020-a-trace-follows-a-change.md). It decides nothing, and what carries none is
// treated alike.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.hpp"
#include "base/ids.hpp"

namespace monarch::model {

using TraceId = Strong<struct TraceIdTag, std::uint64_t>;

struct Trace {
  TraceId id;
  // When the CHG was taken up, by the steady clock of whoever holds this. That may be the future:
  // it came from another machine, whose clock is another.
  TimePoint received;
  std::uint32_t repeats = 0;  // how often presence had been asked for the change before

  friend bool operator==(const Trace&, const Trace&) = default;
};

// A change that takes longer, as a whole or a part of it, is told in the log.
inline constexpr Duration kSlowChange = std::chrono::seconds(1);

// 16 hexadecimal digits, the same in every process's log.
[[nodiscard]] std::string to_string(TraceId id);

}  // namespace monarch::model
