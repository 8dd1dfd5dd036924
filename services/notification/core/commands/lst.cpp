// LST and LSG on request: docs/protocol/notification.md#lst-2.
#include <utility>

#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::List;

namespace {

// What listed() is to write: a List, or the groups.
constexpr std::uint8_t kGroupsAsked = 0xFF;

}  // namespace

void Commands::lst(Session& session, const Invocation& call, Effects& effects) {
  const auto list = model::parse_list(call.arg(0));
  if (!list) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  if (session.ledger_.synchronised()) session.ledger_.begin_dump();
  session.ask(model::Synchronize{.session = session.ref_, .cached = std::nullopt}, call.trid,
              &listed, effects, static_cast<std::uint8_t>(*list));
}

void Commands::lsg(Session& session, const Invocation& call, Effects& effects) {
  if (session.ledger_.synchronised()) session.ledger_.begin_dump();
  session.ask(model::Synchronize{.session = session.ref_, .cached = std::nullopt}, call.trid,
              &listed, effects, kGroupsAsked);
}

// The lines carry the current serial. The client may know it only after it has seen what led to it,
// so a list that is ahead of him waits until the journal has told the rest
// (ARCHITECTURE.md#rule-2).
void Commands::listed(Session& session, Answer answer, Effects& effects) {
  auto* roster = std::get_if<model::Roster>(&answer.reply);
  auto& ledger = session.ledger_;
  if (roster == nullptr) {
    ledger.cancel_dump(session.serial_lines(effects));
    refuse(session, answer, effects);
    return;
  }
  if (ledger.synchronised()) {
    ledger.drain_to(roster->serial, session.serial_lines(effects));
    if (is_newer(roster->serial, ledger.shown())) {
      session.stash_ = std::make_unique<model::Roster>(std::move(*roster));
      session.ask(model::ReadJournal{.session = session.ref_, .after = ledger.shown()}, answer.trid,
                  &listed_after_journal, effects, answer.detail);
      return;
    }
  }
  write_listed(session, answer, *roster, effects);
}

void Commands::write_listed(Session& session, const Answer& answer, const model::Roster& roster,
                            Effects& effects) {
  const bool synchronised = session.ledger_.synchronised();
  if (answer.detail == kGroupsAsked) {
    write_groups(session, answer.trid, roster, effects);
  } else {
    const auto list = static_cast<List>(answer.detail);
    const bool with_numbers =
        list == List::kForward && synchronised && session.dialect_.has(msnp::Feature::kProperties);
    write_list(session, answer.trid, roster, list, with_numbers, effects);
  }
  if (synchronised) reach(session, roster.serial, effects);
}

void Commands::listed_after_journal(Session& session, Answer answer, Effects& effects) {
  const auto stash = std::exchange(session.stash_, nullptr);
  const auto* journal = std::get_if<model::Journal>(&answer.reply);
  if (journal == nullptr) {
    session.ledger_.cancel_dump(session.serial_lines(effects));
    refuse(session, answer, effects);
    return;
  }
  session.ledger_.catch_up_to(stash->serial, journal->events, session.serial_lines(effects));
  // Whatever a trimmed journal no longer has, the list itself shows.
  write_listed(session, answer, *stash, effects);
}

}  // namespace monarch::notification
