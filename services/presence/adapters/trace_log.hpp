// TraceLog: changes of status that failed, were asked for again or took long, by the trace under
// which the notification nodes' logs have them too; at debug level all of them. Loop thread only.
#pragma once

#include <optional>
#include <string_view>

#include "base/clock.hpp"
#include "model/presence.hpp"
#include "model/trace.hpp"
#include "runtime/log.hpp"

namespace monarch::presence {

// What follows this request, if anything does.
[[nodiscard]] std::optional<model::Trace> trace_of(const model::Request& request);

class TraceLog {
 public:
  // `result` is "ok" or what was wrong; `took` is the time that presence has had.
  void answered(const model::Trace& trace, std::string_view result, Duration took);

 private:
  log::RateLimit often_;
};

}  // namespace monarch::presence
