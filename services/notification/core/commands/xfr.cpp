// XFR SB: docs/protocol/notification.md#xfr-sb-2.
#include "model/status.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using msnp::ErrorCode;

void Commands::xfr(Session& session, const Invocation& call, Effects& effects) {
  if (call.arg(0) != "SB") {
    session.error(ErrorCode::kInvalidParameter, call.trid, effects);
    return;
  }
  if (!model::is_shown(session.status_) || session.ims_off_) {
    session.error(ErrorCode::kNotAllowedWhileHidden, call.trid, effects);
    return;
  }
  auto& times = session.bursts().switchboards;
  if (session.is_burst(times, session.around_->settings.switchboards_in_burst)) {
    session.error(ErrorCode::kTooActive, call.trid, effects);
    return;
  }
  session.reserving_ = true;
  session.pending_.trid = call.trid;
  effects.reserve = Reservation{.account = session.ref_.account,
                                .handle = session.handle_,
                                .friendly_name = session.friendly_name_,
                                .dialect = session.dialect_.version(),
                                .session = session.ref_.session};
}

void Commands::switchboard_reserved(Session& session, const Reserved& answer, Effects& effects) {
  const std::string trid = std::move(session.pending_.trid);
  session.pending_ = {};
  const bool none = answer.address.empty();
  session.around_->counters.referrals.count(none ? msnp::ReferralCounts::kNobody : answer.node,
                                            msnp::Referral::kChat);
  if (none) {
    session.error(ErrorCode::kServerUnavailable, trid, effects);
    return;
  }
  session.bursts().switchboards.push_back(session.around_->clock.now());
  session.lines(effects).xfr_sb(trid, answer.address, answer.ticket);
}

}  // namespace monarch::notification
