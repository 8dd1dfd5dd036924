// REA: docs/protocol/notification.md#rea-2-9.
#include "msnp/handle.hpp"
#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using msnp::ErrorCode;

void Commands::rea(Session& session, const Invocation& call, Effects& effects) {
  const auto name = msnp::canonical_name_token(call.arg(1));
  if (call.arg(1).size() > msnp::kNameBytesMax || (name && name->size() > msnp::kNameBytesMax)) {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  const auto handle = msnp::contact_handle(call.arg(0));
  // A handle that only sign-in lets through can still be one's own.
  const bool own = Handle::trusted(std::string(call.arg(0))) == session.handle_;
  if (!name) {
    session.error(own ? ErrorCode::kNameNotAllowed : ErrorCode::kInvalidParameter, call.trid,
                  effects);
    return;
  }
  if (own && !session.address_verified_ && session.dialect_.has(msnp::Feature::kUsrOkVerified)) {
    session.error(ErrorCode::kNameNotAllowed, call.trid, effects);
    return;
  }
  if (own && session.around_->settings.forbidden_words.occur_in(*name)) {
    session.error(ErrorCode::kNameNotAllowed, call.trid, effects);
    return;
  }
  if (!own && !handle) {
    session.error(ErrorCode::kNotOnList, call.trid, effects);
    return;
  }
  if (own &&
      session.is_burst(session.bursts().renames, session.around_->settings.changes_in_burst)) {
    session.error(ErrorCode::kChangingTooRapidly, call.trid, effects);
    return;
  }
  session.ask(model::Rename{.attempt = session.attempt(),
                            .handle = own ? session.handle_.value() : handle->value(),
                            .name = *name},
              call.trid, &renamed, effects);
}

void Commands::renamed(Session& session, Answer answer, Effects& effects) {
  const auto& asked = std::get<model::Rename>(answer.asked);
  const auto* changed = change(session, answer, effects);
  if (changed == nullptr) return;
  if (asked.handle == session.handle_.value()) {
    session.bursts().renames.push_back(session.around_->clock.now());
    session.friendly_name_ = asked.name;
  }
  session.lines(effects).rea(answer.trid, changed->serial, asked.handle, asked.name);
  conclude(session, *changed, effects);
}

}  // namespace monarch::notification
