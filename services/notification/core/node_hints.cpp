// Node: hints from the bus, routed to sessions; each compares them with what it has shown.
#include <algorithm>
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
  std::size_t lines = 0;
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
    if (around_.witness != nullptr) around_.witness->sent(recipient, *line);
    wire_.send(client->connection, line);
    ++lines;
  }
  if (lines == 0 || !hint.trace || meter_ == nullptr) return;
  // Once for all of them, when the last is written. A clock that is ahead of ours counts as ours.
  const auto took = std::max(Duration::zero(), clock_.now() - hint.trace->received);
  meter_->fanned_out(*hint.trace, took, lines);
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

void Node::hint(const model::NoticeHint& hint) {
  if (hint.everyone) {
    for (const auto connection : all_signed_in()) {
      if (auto* client = find(connection)) tell(*client, hint.notice);
    }
    return;
  }
  for (const auto recipient : hint.recipients) {
    if (auto* client = find(recipient)) {
      tell(*client, hint.notice);
    } else {
      ++counters_.notices[hint.notice.index()][static_cast<std::size_t>(NoticeFate::kForeign)];
    }
  }
}

void Node::tell(Client& client, const model::Notice& notice) {
  Effects effects;
  const auto fate = client.session.notice(notice, effects);
  ++counters_.notices[notice.index()][static_cast<std::size_t>(fate)];
  apply(client, effects);
}

}  // namespace monarch::notification
