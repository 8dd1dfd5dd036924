// Times on their way between processes: the cores know steady time alone, which means nothing
// elsewhere; what travels is wall time, so the machines' clocks must be synchronised.
#pragma once

#include <chrono>
#include <cstdint>

#include "base/clock.hpp"
#include "model/trace.hpp"
#include "monarch/presence/v1/model.pb.h"

namespace monarch::codec {

// One moment by both clocks of this process.
struct Moment {
  TimePoint steady;
  std::chrono::microseconds since_1970{};

  [[nodiscard]] static Moment now();
};

// How long ago `unix_micros` was; negative when the clock it comes from is ahead of ours. At most a
// day either way, beyond which nothing but a wrong clock lies.
[[nodiscard]] Duration age(std::int64_t unix_micros, const Moment& now);

void encode(const model::Trace& from, const Moment& now, monarch::presence::v1::Trace* to);
[[nodiscard]] model::Trace decode(const monarch::presence::v1::Trace& from, const Moment& now);

}  // namespace monarch::codec
