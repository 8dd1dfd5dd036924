// Node: hints from the bus, routed to sessions; each compares them with what it has shown.
#include <variant>

#include "notification/core/node.hpp"

namespace monarch::notification {

void Node::hinted(const model::NodeHints& hints) {
  for (const auto& one : hints.hints) {
    std::visit([this](const auto& kind) { hint(kind); }, one);
  }
  settle();
}

// One line, formatted once, for all who are to see it.
void Node::hint(const model::PresenceHint& hint) {
  SharedBytes line;
  for (const auto recipient : hint.recipients) {
    auto* client = find(recipient);
    const auto fate = client == nullptr ? Fate::kForeign : client->session.present(hint.subject);
    ++counters_.presence_hints[static_cast<std::size_t>(fate)];
    if (fate != Fate::kShown) continue;
    if (!line) {
      std::string text;
      msnp::Encoder encoder(text);
      append_presence(encoder, hint.subject);
      line = std::make_shared<const std::string>(std::move(text));
    }
    counters_.bytes_sent += line->size();
    wire_.send(client->connection, line);
  }
}

void Node::hint(const model::RosterHint& hint) {
  auto* client = find(hint.recipient);
  if (client == nullptr) {
    ++counters_.roster_hints[static_cast<std::size_t>(Fate::kForeign)];
    return;
  }
  Effects effects;
  const auto fate = client->session.roster(hint.event, effects);
  ++counters_.roster_hints[static_cast<std::size_t>(fate)];
  apply(*client, effects);
}

void Node::hint(const model::KickHint& hint) {
  auto* client = find(hint.session);
  if (client == nullptr) return;
  Effects effects;
  client->session.kick(hint.reason, effects);
  apply(*client, effects);
}

void Node::hint(const model::RingHint& hint) {
  auto* client = find(hint.recipient);
  if (client == nullptr) return;
  Effects effects;
  client->session.ring(hint, effects);
  apply(*client, effects);
}

// To come with the alerts and the mail of issue 4.
void Node::hint(const model::NoticeHint& /*hint*/) {}

}  // namespace monarch::notification
