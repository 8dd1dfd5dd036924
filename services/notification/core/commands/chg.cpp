// CHG: docs/protocol/notification.md#chg-2.
#include <utility>

#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::Status;

void Commands::chg(Session& session, const Invocation& call, Effects& effects) {
  const auto status = model::parse_status(call.arg(0));
  if (!status) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  if (*status == Status::kOffline) {
    session.error(msnp::ErrorCode::kInvalidParameter, call.trid, effects);
    return;
  }
  // Nobody is told what is so already.
  const bool same = *status == session.status_;
  // And while an earlier status is still being announced this one must not overtake it: it is
  // announced next.
  const bool overtaking = session.chore_ == Session::Chore::kAnnounce;
  if (same || overtaking) {
    session.lines(effects).chg(call.trid, call.arg(0));
    if (!same) {
      session.status_ = *status;
      session.announce_later(session.around_->clock.now());
    }
    return;
  }
  auto change = session.announcement(*status, session.ims_off_);
  change.trace = session.trace();
  session.ask_status(std::move(change), call.trid, &status_changed, effects);
}

// The reply, and after the first one an ILN for each contact who is online
// (docs/protocol/presence-and-privacy.md#7-presence-snapshot).
void Commands::status_changed(Session& session, Answer answer, Effects& effects) {
  if (std::holds_alternative<model::Refused>(answer.reply)) {
    refuse(session, answer, effects);
    return;
  }
  const auto& asked = std::get<model::ChangeStatus>(answer.asked);
  const bool first_answer = session.status_ == Status::kOffline;
  session.status_ = asked.status;
  session.lines(effects).chg(answer.trid, to_wire(asked.status));
  announced(session, answer, first_answer ? answer.trid : std::string_view(), effects);
  if (!first_answer) return;
  if (session.around_->settings.mailbox) effects.count_mail = true;
  session.begin_challenges(effects);
}

void Commands::announced(Session& session, const Answer& answer, std::string_view trid,
                         Effects& effects) {
  const auto* changed = std::get_if<model::StatusChanged>(&answer.reply);
  if (changed == nullptr) {
    // ARCHITECTURE.md#rule-11: the node answers and announces it on recovery.
    session.announce_later(session.around_->clock.now() + session.around_->settings.announce_retry);
    return;
  }
  session.unannounced_ = false;
  if (!std::get<model::ChangeStatus>(answer.asked).first) {
    // The contacts have come into doubt while it was under way: they are still to be asked for.
    if (!session.watch_->open()) session.announce_later(session.around_->clock.now());
    return;
  }
  auto lines = session.lines(effects);
  session.watch_->snapshot(changed->contacts, trid, lines);
}

}  // namespace monarch::notification
