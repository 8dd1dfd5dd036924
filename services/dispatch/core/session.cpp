#include "dispatch/core/session.hpp"

namespace monarch::dispatch {

using msnp::CloseReason;
using msnp::Effects;
using msnp::Framer;

void Session::receive(std::string_view bytes, Effects& effects) {
  if (closed_) return;
  framer_.feed(bytes);
  msnp::Command command;
  while (!closed_) {
    const msnp::Scope scope{.dialect = opening_.dialect()};
    switch (framer_.next(&msnp::Opening::payload, scope, command)) {
      case Framer::Step::kNeedMore:
        return;
      case Framer::Step::kCommand:
        command_.begin(msnp::Opening::row_of(command.verb));
        handle(command, effects);
        command_.end(counters_->commands);
        break;
      case Framer::Step::kViolation:
        close(msnp::close_reason(framer_.violation()), effects);
        break;
    }
  }
}

void Session::advance(TimePoint now, Effects& effects) {
  if (!closed_ && now >= deadline_) close(CloseReason::kLoginTimeout, effects);
}

void Session::handle(const msnp::Command& command, Effects& effects) {
  const auto outcome = opening_.handle(command, effects.send);
  count_error(outcome.error);
  switch (outcome.verdict) {
    case msnp::Opening::Verdict::kContinue:
      return;
    case msnp::Opening::Verdict::kIdentify:
      return refer(outcome.trid, effects);
    // No challenge is ever given here, so no answer to one gets past the opening.
    case msnp::Opening::Verdict::kRespond:
      return close(CloseReason::kInternalError, effects);
    case msnp::Opening::Verdict::kClose:
      return close(outcome.reason, effects);
  }
}

// docs/protocol/dispatch.md#5-xfr-ns. Whether the account exists is not our question.
void Session::refer(std::string_view trid, Effects& effects) {
  msnp::Encoder encoder(effects.send, opening_.dialect());
  const auto address = nodes_->refer();
  if (address) {
    encoder.xfr_ns(trid, *address, settings_->advertised_address);
    return close(CloseReason::kReferred, effects);
  }
  const auto code = address.error() == NoNode::kAllFull ? msnp::ErrorCode::kServerBusy
                                                        : msnp::ErrorCode::kServerUnavailable;
  encoder.error(code, trid);
  count_error(code);
  close(CloseReason::kUnavailable, effects);
}

void Session::count_error(msnp::ErrorCode code) {
  if (code == msnp::ErrorCode::kNone) return;
  counters_->errors.count(code);
  command_.failed();
}

void Session::close(CloseReason reason, Effects& effects) {
  closed_ = true;
  command_.closed(reason);
  effects.close = reason;
}

}  // namespace monarch::dispatch
