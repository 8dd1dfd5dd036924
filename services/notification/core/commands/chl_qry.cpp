// CHL and QRY: docs/protocol/notification.md#chl-qry-6.
#include <algorithm>
#include <array>

#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

namespace {

struct ClientKey {
  std::string_view client;
  std::string_view key;
};
constexpr std::array<ClientKey, 4> kKeys = {{
    {"msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5"},
    {"PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR"},
    {"PROD0058#7IL2{QD", "QHDCY@7R1TB6W?5B"},
    {"PROD0061VRRZH@4F", "JXQ6J@TUOGYV@N0M"},
}};

}  // namespace

// The client asks for one. While one is outstanding it is told that one again: it may have asked
// while ours was on its way, and then answers either.
void Commands::chl(Session& session, const Invocation& call, Effects& effects) {
  session.challenge(call.trid, effects);
}

void Commands::qry(Session& session, const Invocation& call, Effects& effects) {
  if (!session.challenges_ || session.challenges_->question.empty()) {
    session.error(msnp::ErrorCode::kNotExpected, call.trid, effects);
    return;
  }
  const auto* known = std::find_if(kKeys.begin(), kKeys.end(), [&call](const ClientKey& entry) {
    return entry.client == call.arg(0);
  });
  auto& question = session.challenges_->question;
  const bool right = known != kKeys.end() && call.payload.size() == msnp::kChallengeAnswerBytes &&
                     call.payload == session.around_->md5(question + std::string(known->key));
  if (!right) {
    session.error(msnp::ErrorCode::kChallengeFailed, call.trid, effects);
    session.close(CloseReason::kChallengeFailed, effects);
    return;
  }
  question.clear();
  ++session.around_->counters.challenges_passed;
  session.lines(effects).qry(call.trid);
}

}  // namespace monarch::notification
