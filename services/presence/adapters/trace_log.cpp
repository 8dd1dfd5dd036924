#include "presence/adapters/trace_log.hpp"

#include <chrono>
#include <variant>

namespace monarch::presence {

std::optional<model::Trace> trace_of(const model::Request& request) {
  const auto* change = std::get_if<model::ChangeStatus>(&request);
  return change == nullptr ? std::nullopt : change->trace;
}

void TraceLog::answered(const model::Trace& trace, std::string_view result, Duration took) {
  const bool odd = result != "ok" || trace.repeats > 0 || took >= model::kSlowChange;
  std::optional<std::uint64_t> held_back;
  if (odd) held_back = often_.due(std::chrono::steady_clock::now());
  const auto level = held_back ? log::Level::kInfo : log::Level::kDebug;
  if (!log::enabled(level)) return;
  log::write(level, "status_change",
             {{"trace", model::to_string(trace.id)},
              {"result", result},
              {"repeats", trace.repeats},
              {"seconds", took},
              {"held_back", held_back.value_or(0)}});
}

}  // namespace monarch::presence
