#include "notification/adapters/node_metrics.hpp"

#include <string>

namespace monarch::notification {
namespace {

std::string_view fate_name(std::size_t i) { return to_string(static_cast<Fate>(i)); }

template <class Family, class Name>
Family family(metrics::Registry& registry, const char* name, const char* help, const char* label,
              std::size_t size, Name&& value) {
  Family made;
  auto counters = registry.counter_family(name, help, label);
  for (std::size_t i = 0; i < size; ++i) {
    const std::string_view text = value(i);
    if (text.empty()) break;
    made.counters.push_back(counters.with(text));
  }
  made.told.assign(made.counters.size(), 0);
  return made;
}

}  // namespace

NodeMetrics::NodeMetrics(metrics::Registry& registry)
    : sign_ins_(family<Family>(registry, "sign_ins_total", "Sign-ins by how they ended", "result",
                               kSignIns, [](auto i) { return to_string(static_cast<SignIn>(i)); })),
      commands_(family<Family>(registry, "commands_total", "Commands of clients by verb", "verb",
                               kVerbsMax, [](auto i) { return verb_name(i); })),
      closes_(family<Family>(registry, "closes_total", "Closed connections by reason", "reason",
                             kCloseReasons,
                             [](auto i) { return to_string(static_cast<CloseReason>(i)); })),
      presence_hints_(family<Family>(registry, "presence_hints_total",
                                     "What became of presence hints, per recipient", "fate", kFates,
                                     fate_name)),
      roster_hints_(family<Family>(registry, "roster_hints_total",
                                   "What became of roster hints, per recipient", "fate", kFates,
                                   fate_name)),
      repairs_(family<Family>(registry, "repairs_total",
                              "What comparing with presence had to mend; 0 in a healthy cluster",
                              "kind", kRepairs,
                              [](auto i) { return to_string(static_cast<Repair>(i)); })),
      accepted_{registry.counter("connections_total", "Connections accepted")},
      bytes_received_{registry.counter("received_bytes_total", "Bytes from clients")},
      bytes_sent_{registry.counter("sent_bytes_total", "Bytes to clients")},
      errors_sent_{registry.counter("errors_total", "Numeric errors sent to clients")},
      requests_{registry.counter("presence_requests_total",
                                 "Requests to presence, repetitions included")},
      requests_repeated_{registry.counter("presence_requests_repeated_total",
                                          "Requests that were asked again elsewhere")},
      requests_failed_{registry.counter("presence_requests_failed_total",
                                        "Requests given up: presence away or overloaded")},
      gaps_{registry.counter("serial_gaps_total", "Gaps of serials filled from the journal")},
      hints_overflowed_{
          registry.counter("hints_overflowed_total", "Hints dropped because too many were held")},
      closes_dropped_{registry.counter("session_closes_dropped_total",
                                       "Sessions whose end could not be kept for repetition")},
      connections_(registry.gauge("connections_count", "Open client connections")),
      signed_in_(registry.gauge("signed_in_count", "Signed-in sessions")) {}

void NodeMetrics::update(const Node& node) {
  const Counters& counts = node.counters();
  update(sign_ins_, counts.sign_ins);
  update(commands_, counts.commands);
  update(closes_, counts.closes);
  update(presence_hints_, counts.presence_hints);
  update(roster_hints_, counts.roster_hints);
  update(repairs_, counts.repairs);
  update(accepted_, counts.connections);
  update(bytes_received_, counts.bytes_received);
  update(bytes_sent_, counts.bytes_sent);
  update(errors_sent_, counts.errors_sent);
  update(requests_, counts.requests);
  update(requests_repeated_, counts.requests_repeated);
  update(requests_failed_, counts.requests_failed);
  update(gaps_, counts.gaps);
  update(hints_overflowed_, counts.hints_overflowed);
  update(closes_dropped_, counts.closes_dropped);
  connections_.set(static_cast<double>(node.connections()));
  signed_in_.set(static_cast<double>(node.signed_in()));
}

}  // namespace monarch::notification
