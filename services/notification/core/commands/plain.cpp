// The verbs that need nobody else: CVR, OUT, PNG.
#include "msnp/opening.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

// docs/protocol/dispatch.md#6-cvr
void Commands::cvr(Session& session, const Invocation& call, Effects& effects) {
  const auto& urls = session.around_->settings.urls;
  const auto result = msnp::answer_version_check(call, urls, effects.send);
  session.count_error(msnp::error_of(result));
  if (result == msnp::VersionCheck::kMalformed) {
    session.close(CloseReason::kBadParameter, effects);
  }
}

// docs/protocol/notification.md#out-2
void Commands::out(Session& session, const Invocation&, Effects& effects) {
  session.close(CloseReason::kClientLeft, effects);
}

// docs/protocol/notification.md#png-qng-2
void Commands::png(Session& session, const Invocation&, Effects& effects) {
  session.lines(effects).qng();
}

}  // namespace monarch::notification
