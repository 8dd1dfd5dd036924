#include "notification/adapters/node_metrics.hpp"

namespace monarch::notification {
namespace {

// to_string() of the i-th value of an enum.
template <class Enum>
std::string_view name_of(std::size_t i) {
  return to_string(static_cast<Enum>(i));
}

}  // namespace

NodeMetrics::NodeMetrics(metrics::Registry& registry)
    : sign_ins_(registry, "sign_ins_total", "Sign-ins by how they ended", "result", kSignIns,
                name_of<SignIn>),
      commands_(registry, "commands_total", "Commands of clients by verb", "verb", kVerbsMax,
                verb_name),
      closes_(registry, "closes_total", "Closed connections by reason", "reason", kCloseReasons,
              name_of<CloseReason>),
      presence_hints_(registry, "presence_hints_total",
                      "What became of presence hints, per recipient", "fate", kFates,
                      name_of<Fate>),
      roster_hints_(registry, "roster_hints_total", "What became of roster hints, per recipient",
                    "fate", kFates, name_of<Fate>),
      repairs_(registry, "repairs_total",
               "What comparing with presence had to mend; 0 in a healthy cluster", "kind", kRepairs,
               name_of<Repair>),
      mail_answers_(registry, "mail_answers_total", "Questions for unread mail, by how they ended",
                    "result", kMailAnswers, name_of<MailAnswer>),
      accepted_(registry, "connections_total", "Connections accepted"),
      bytes_received_(registry, "received_bytes_total", "Bytes from clients"),
      bytes_sent_(registry, "sent_bytes_total", "Bytes to clients"),
      errors_sent_(registry, "errors_total", "Numeric errors sent to clients"),
      requests_(registry, "presence_requests_total", "Requests to presence, repetitions included"),
      requests_repeated_(registry, "presence_requests_repeated_total",
                         "Requests that were asked again elsewhere"),
      requests_failed_(registry, "presence_requests_failed_total",
                       "Requests given up: presence away or overloaded"),
      gaps_(registry, "serial_gaps_total", "Gaps of serials filled from the journal"),
      hints_overflowed_(registry, "hints_overflowed_total",
                        "Hints dropped because too many were held"),
      closes_dropped_(registry, "session_closes_dropped_total",
                      "Sessions whose end could not be kept for repetition"),
      connections_(registry.gauge("connections_count", "Open client connections")),
      signed_in_(registry.gauge("signed_in_count", "Signed-in sessions")) {
  for (std::size_t kind = 0; kind < kNoticeKinds; ++kind) {
    for (std::size_t fate = 0; fate < kNoticeFates; ++fate) {
      notices_.emplace_back(registry, "notices_total",
                            "Alerts, mail, pages and the like, per session",
                            metrics::Labels{{"kind", std::string(name_of<NoticeKind>(kind))},
                                            {"result", std::string(name_of<NoticeFate>(fate))}});
    }
  }
}

void NodeMetrics::update(const Node& node) {
  const Counters& counts = node.counters();
  sign_ins_.update(counts.sign_ins);
  commands_.update(counts.commands);
  closes_.update(counts.closes);
  presence_hints_.update(counts.presence_hints);
  roster_hints_.update(counts.roster_hints);
  repairs_.update(counts.repairs);
  auto notice = notices_.begin();
  for (const auto& kind : counts.notices) {
    for (const auto count : kind) (notice++)->update(count);
  }
  mail_answers_.update(counts.mail_answers);
  accepted_.update(counts.connections);
  bytes_received_.update(counts.bytes_received);
  bytes_sent_.update(counts.bytes_sent);
  errors_sent_.update(counts.errors_sent);
  requests_.update(counts.requests);
  requests_repeated_.update(counts.requests_repeated);
  requests_failed_.update(counts.requests_failed);
  gaps_.update(counts.gaps);
  hints_overflowed_.update(counts.hints_overflowed);
  closes_dropped_.update(counts.closes_dropped);
  connections_.set(static_cast<double>(node.connections()));
  signed_in_.set(static_cast<double>(node.signed_in()));
}

}  // namespace monarch::notification
