// What the list commands share: the lines of a list, and the common part of every change's reply.
#include <array>
#include <span>

#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::List;

void Commands::refuse(Session& session, const Answer& answer, Effects& effects) {
  const auto* refused = std::get_if<model::Refused>(&answer.reply);
  // ARCHITECTURE.md#rule-11: 501 with nothing half done, whatever stood in the way.
  const auto code = refused != nullptr ? static_cast<msnp::ErrorCode>(refused->code)
                                       : msnp::ErrorCode::kDatabaseError;
  session.error(code, answer.trid, effects);
}

model::Changed* Commands::change(Session& session, const Answer& answer, Effects& effects) {
  auto* changed = std::get_if<model::Changed>(&answer.reply);
  if (changed == nullptr) {
    refuse(session, answer, effects);
    return nullptr;
  }
  session.ledger_.catch_up_to(changed->serial, changed->missed, session.serial_lines(effects));
  return changed;
}

void Commands::conclude(Session& session, const model::Changed& changed, Effects& effects) {
  auto& ledger = session.ledger_;
  if (!ledger.synchronised()) return;
  // All that lies between has been shown, but for what the journal no longer has.
  const bool passed_over = is_newer(changed.serial, next(ledger.shown()));
  if (session.watch_ && passed_over) session.watch_->suspect_newcomer();
  ledger.reached(changed.serial, session.serial_lines(effects));
}

void Commands::reach(Session& session, Serial serial, Effects& effects) {
  auto& ledger = session.ledger_;
  const bool passed_over = ledger.synchronised() && is_newer(serial, ledger.shown());
  if (session.watch_ && passed_over) session.watch_->suspect_newcomer();
  ledger.reached(serial, session.serial_lines(effects));
}

// docs/protocol/notification.md#bpr-5: always four, the empty ones without a value.
void Commands::write_numbers(Session& session, Serial serial, std::string_view handle,
                             const model::Numbers& numbers, Effects& effects) {
  auto lines = session.lines(effects);
  for (const auto property : model::kNumberProperties) {
    lines.bpr(serial, handle, to_wire(property), value_of(numbers, property));
  }
}

// docs/protocol/notification.md#lsg-7
void Commands::write_groups(Session& session, std::string_view trid, const model::Roster& roster,
                            Effects& effects) {
  auto lines = session.lines(effects);
  std::size_t index = 0;
  for (const auto& group : roster.groups) {
    lines.lsg(trid, roster.serial, ++index, roster.groups.size(), group.id, group.name);
  }
}

// docs/protocol/notification.md#lst-2
void Commands::write_list(Session& session, std::string_view trid, const model::Roster& roster,
                          List list, bool with_numbers, Effects& effects) {
  auto lines = session.lines(effects);
  const auto& stored = roster.lists[static_cast<std::size_t>(list)];
  if (list == List::kForward && session.watch_) session.watch_->keep_only(stored);
  std::span<const model::Roster::Contact> contacts = stored;
  const auto most = session.around_->settings.reverse_shown_max;
  if (list == List::kReverse && contacts.size() > most) contacts = contacts.first(most);
  if (contacts.empty()) {
    lines.lst_empty(trid, to_wire(list), roster.serial);
    return;
  }
  std::size_t index = 0;
  for (const auto& contact : contacts) {
    std::array<std::uint32_t, model::kGroupsMax> groups{};
    std::size_t count = 0;
    for (std::uint32_t group = 0; group < model::kGroupsMax; ++group) {
      if ((contact.groups >> group & 1U) != 0) groups[count++] = group;
    }
    if (list == List::kForward && count == 0) count = 1;  // everybody is in some group: 0
    lines.lst(trid, to_wire(list), roster.serial, ++index, contacts.size(), contact.handle,
              contact.name, std::span(groups.data(), list == List::kForward ? count : 0));
    if (with_numbers) {
      write_numbers(session, roster.serial, contact.handle, contact.numbers, effects);
    }
  }
}

}  // namespace monarch::notification
