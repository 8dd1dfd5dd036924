// GTC and BLP: docs/protocol/notification.md#gtc-2 and #blp-2.
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

void Commands::gtc(Session& session, const Invocation& call, Effects& effects) {
  const auto word = call.arg(0);
  if (word != "A" && word != "N") {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  session.ask(model::SetPrompting{.attempt = session.attempt(), .ask = word == "A"}, call.trid,
              &mode_set, effects);
}

void Commands::blp(Session& session, const Invocation& call, Effects& effects) {
  const auto word = call.arg(0);
  if (word != "AL" && word != "BL") {
    session.close(CloseReason::kBadParameter, effects);
    return;
  }
  session.ask(model::SetDefaultPrivacy{.attempt = session.attempt(), .allow = word == "AL"},
              call.trid, &mode_set, effects);
}

void Commands::mode_set(Session& session, Answer answer, Effects& effects) {
  const auto* changed = change(session, answer, effects);
  if (changed == nullptr) return;
  auto lines = session.lines(effects);
  if (const auto* prompting = std::get_if<model::SetPrompting>(&answer.asked)) {
    lines.gtc(answer.trid, changed->serial, prompting->ask ? "A" : "N");
  } else {
    const bool allow = std::get<model::SetDefaultPrivacy>(answer.asked).allow;
    lines.blp(answer.trid, changed->serial, allow ? "AL" : "BL");
  }
  conclude(session, *changed, effects);
}

}  // namespace monarch::notification
