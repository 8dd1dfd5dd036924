#include "notification/adapters/fanout_metrics.hpp"

#include <optional>

namespace monarch::notification {

FanoutMetrics::FanoutMetrics(metrics::Registry& registry, const Clock& clock)
    : clock_(clock),
      seconds_(registry.histogram(
          "fanout_seconds",
          "From a CHG, received by whatever node, to an NLN or FLN written "
          "here, per line, by the wall clocks of both machines, which must be synchronised",
          metrics::seconds_buckets())) {}

void FanoutMetrics::fanned_out(const model::Trace& trace, Duration took, std::size_t lines) {
  for (std::size_t line = 0; line < lines; ++line) seconds_.observe(took);
  std::optional<std::uint64_t> held_back;
  if (took >= model::kSlowChange) held_back = slow_.due(clock_.now());
  const auto level = held_back ? log::Level::kWarn : log::Level::kDebug;
  if (!log::enabled(level)) return;
  log::write(level, held_back ? "fanout_slow" : "fanout",
             {{"trace", model::to_string(trace.id)},
              {"seconds", took},
              {"lines", lines},
              {"repeats", trace.repeats},
              {"held_back", held_back.value_or(0)}});
}

}  // namespace monarch::notification
