#include "switchboard/adapters/exchange_metrics.hpp"

namespace monarch::switchboard {
namespace {

// to_string() of the i-th value of an enum.
template <class Enum>
std::string_view name_of(std::size_t i) {
  return to_string(static_cast<Enum>(i));
}

}  // namespace

ExchangeMetrics::ExchangeMetrics(metrics::Registry& registry)
    : commands_(registry, "commands_total", "Commands of clients by verb and how they ended",
                {"verb", "result"}, kVerbsMax, verb_name, msnp::kCommandResults,
                name_of<msnp::CommandResult>),
      closes_(registry, "closes_total", "Closed connections by reason", "reason", kCloseReasons,
              name_of<CloseReason>),
      calls_(registry, "calls_total", "What became of a CAL", "result", kCalls, name_of<Call>),
      redeemed_(registry, "tickets_redeemed_total", "What became of a ticket that was shown",
                "result", kRedeemed, name_of<Redeemed>),
      refused_(registry, "tickets_refused_total", "Why no ticket was given", "reason", kNoTickets,
               name_of<NoTicket>),
      accepted_(registry, "connections_total", "Connections accepted"),
      turned_away_(registry, "connections_refused_total",
                   "Connections closed at once because there were too many"),
      bytes_received_(registry, "received_bytes_total", "Bytes from clients"),
      bytes_sent_(registry, "sent_bytes_total", "Bytes to clients"),
      errors_sent_(registry, "errors_total", "Numeric errors sent to clients, by code", "code",
                   msnp::kCountedErrors.size(), msnp::counted_error),
      throttled_(registry, "throttled_total", "Pauses of a client that sent too much at once"),
      reserved_(registry, "tickets_reserved_total", "Tickets given for XFR SB"),
      rung_(registry, "tickets_rung_total", "Tickets given for RNG"),
      expired_(registry, "tickets_expired_total", "Tickets that nobody showed in time"),
      answers_held_(registry, "answers_held_total", "ANS that came before the caller's RINGING"),
      rings_expired_(registry, "rings_expired_total", "Invitations that nobody answered"),
      begun_(registry, "conversations_total", "Conversations begun"),
      joined_(registry, "joined_total", "Participants who joined by ANS"),
      idle_ends_(registry, "idle_ends_total", "Conversations ended because nobody spoke"),
      alone_ends_(registry, "alone_ends_total", "Conversations ended with one participant left"),
      messages_(registry, "messages_total", "Messages received"),
      deliveries_(registry, "deliveries_total", "Messages handed to a participant"),
      deliveries_lost_(registry, "deliveries_lost_total",
                       "Messages that a participant's connection did not take"),
      acks_(registry, "acks_total", "ACK sent"),
      naks_(registry, "naks_total", "NAK sent"),
      connections_(registry.gauge("connections_count", "Open client connections")),
      conversations_(registry.gauge("conversations_count", "Conversations that live")),
      tickets_(registry.gauge("tickets_count", "Tickets outstanding")) {}

void ExchangeMetrics::update(const Exchange& exchange) {
  const Counters& counts = exchange.counters();
  commands_.update(counts.commands.by_row);
  closes_.update(counts.closes);
  calls_.update(counts.calls);
  redeemed_.update(counts.tickets_redeemed);
  refused_.update(counts.tickets_refused);
  accepted_.update(counts.connections);
  turned_away_.update(counts.connections_refused);
  bytes_received_.update(counts.bytes_received);
  bytes_sent_.update(counts.bytes_sent);
  errors_sent_.update(counts.errors.by_code);
  throttled_.update(counts.throttled);
  reserved_.update(counts.tickets_reserved);
  rung_.update(counts.tickets_rung);
  expired_.update(counts.tickets_expired);
  answers_held_.update(counts.answers_held);
  rings_expired_.update(counts.rings_expired);
  begun_.update(counts.conversations);
  joined_.update(counts.joined);
  idle_ends_.update(counts.idle_ends);
  alone_ends_.update(counts.alone_ends);
  messages_.update(counts.messages);
  deliveries_.update(counts.deliveries);
  deliveries_lost_.update(counts.deliveries_lost);
  acks_.update(counts.acks);
  naks_.update(counts.naks);
  connections_.set(static_cast<double>(exchange.connections()));
  conversations_.set(static_cast<double>(exchange.conversations()));
  tickets_.set(static_cast<double>(exchange.tickets()));
}

}  // namespace monarch::switchboard
