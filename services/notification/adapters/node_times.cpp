#include "notification/adapters/node_times.hpp"

#include <optional>

namespace monarch::notification {

NodeTimes::NodeTimes(metrics::Registry& registry, const Clock& clock)
    : clock_(clock),
      fanout_(registry.histogram(
          "fanout_seconds",
          "From a CHG, received by whatever node, to an NLN or FLN written "
          "here, per line, by the wall clocks of both machines, which must be synchronised",
          metrics::seconds_buckets())) {
  auto answers =
      registry.histogram_family("presence_request_seconds",
                                "From a question to presence to its answer, all tries, by "
                                "operation",
                                metrics::seconds_buckets(), {"operation"});
  for (std::size_t i = 0; i < answers_.size(); ++i) {
    answers_.at(i) = answers.with(model::kOperations.at(i));
  }
}

void NodeTimes::answered(const model::Request& request, Duration took) {
  answers_.at(request.index()).observe(took);
}

void NodeTimes::fanned_out(const model::Trace& trace, Duration took, std::size_t lines) {
  for (std::size_t line = 0; line < lines; ++line) fanout_.observe(took);
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
