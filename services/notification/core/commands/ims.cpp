// IMS: docs/protocol/notification.md#ims-3-webtv.
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::Status;

namespace {

std::string_view word(bool off) { return off ? "OFF" : "ON"; }

}  // namespace

// It travels with the status, of which nobody sees it.
void Commands::ims(Session& session, const Invocation& call, Effects& effects) {
  const bool off = call.arg(0) == word(true);
  if (!off && call.arg(0) != word(false)) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  const bool same = off == session.ims_off_;
  const bool before_chg = session.status_ == Status::kOffline;
  // As with CHG: what is being announced must not be overtaken.
  const bool overtaking = session.chore_ == Session::Chore::kAnnounce;
  if (same || before_chg || overtaking) {
    session.ims_off_ = off;
    session.lines(effects).ims(call.trid, word(off));
    if (overtaking && !same) session.announce_later(session.around_->clock.now());
    return;
  }
  session.ask_status(session.announcement(session.status_, off), call.trid, &ims_changed, effects);
}

void Commands::ims_changed(Session& session, Answer answer, Effects& effects) {
  if (std::holds_alternative<model::Refused>(answer.reply)) {
    refuse(session, answer, effects);
    return;
  }
  session.ims_off_ = std::get<model::ChangeStatus>(answer.asked).ims_off;
  session.lines(effects).ims(answer.trid, word(session.ims_off_));
  announced(session, answer, {}, effects);
}

}  // namespace monarch::notification
