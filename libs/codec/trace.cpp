#include "codec/trace.hpp"

#include <algorithm>

namespace monarch::codec {

using std::chrono::duration_cast;
using std::chrono::microseconds;

Moment Moment::now() {
  return {std::chrono::steady_clock::now(),
          duration_cast<microseconds>(std::chrono::system_clock::now().time_since_epoch())};
}

Duration age(std::int64_t unix_micros, const Moment& now) {
  constexpr microseconds kMost = std::chrono::hours(24);
  const auto earliest = now.since_1970 - kMost;
  const auto latest = now.since_1970 + kMost;
  return now.since_1970 - std::clamp(microseconds(unix_micros), earliest, latest);
}

void encode(const model::Trace& from, const Moment& now, presence::v1::Trace* to) {
  const auto received = now.since_1970 - duration_cast<microseconds>(now.steady - from.received);
  to->set_id(from.id.value());
  to->set_received_unix_micros(received.count());
  to->set_repeats(from.repeats);
}

model::Trace decode(const presence::v1::Trace& from, const Moment& now) {
  return {model::TraceId(from.id()), now.steady - age(from.received_unix_micros(), now),
          from.repeats()};
}

}  // namespace monarch::codec
