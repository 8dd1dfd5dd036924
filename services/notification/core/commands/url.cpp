// URL: docs/protocol/notification.md#url-2.
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

namespace {
// What the client posts as `id`; the one in the specification's example.
constexpr std::string_view kSiteId = "2";
}  // namespace

void Commands::url(Session& session, const Invocation& call, Effects& effects) {
  const auto& services = session.around_->settings.services;
  const auto found = services.find(call.arg(0), call.arg(1), session.dialect_);
  if (!found) {
    session.error(msnp::ErrorCode::kInvalidParameter, call.trid, effects);
    return;
  }
  session.lines(effects).url(call.trid, found->redirect, found->login_url, kSiteId);
}

}  // namespace monarch::notification
