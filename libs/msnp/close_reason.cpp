#include "msnp/close_reason.hpp"

namespace monarch::msnp {

std::string_view to_string(CloseReason reason) {
  switch (reason) {
    case CloseReason::kClientLeft:
      return "client_left";
    case CloseReason::kPeerClosed:
      return "peer_closed";
    case CloseReason::kReferred:
      return "referred";
    case CloseReason::kVersionChecked:
      return "version_checked";
    case CloseReason::kSignedInElsewhere:
      return "signed_in_elsewhere";
    case CloseReason::kShutdown:
      return "shutdown";
    case CloseReason::kKicked:
      return "kicked";
    case CloseReason::kLoginTimeout:
      return "login_timeout";
    case CloseReason::kIdle:
      return "idle";
    case CloseReason::kSlowReader:
      return "slow_reader";
    case CloseReason::kFlood:
      return "flood";
    case CloseReason::kNoCommonDialect:
      return "no_common_dialect";
    case CloseReason::kOutOfOrder:
      return "out_of_order";
    case CloseReason::kUnknownPackage:
      return "unknown_package";
    case CloseReason::kBadSignIn:
      return "bad_sign_in";
    case CloseReason::kSignInRefused:
      return "sign_in_refused";
    case CloseReason::kUnavailable:
      return "unavailable";
    case CloseReason::kChallengeFailed:
      return "challenge_failed";
    case CloseReason::kChallengeUnanswered:
      return "challenge_unanswered";
    case CloseReason::kUnknownCommand:
      return "unknown_command";
    case CloseReason::kWrongDialect:
      return "wrong_dialect";
    case CloseReason::kWrongState:
      return "wrong_state";
    case CloseReason::kBadTransactionId:
      return "bad_transaction_id";
    case CloseReason::kArgumentCount:
      return "argument_count";
    case CloseReason::kBadParameter:
      return "bad_parameter";
    case CloseReason::kControlByte:
      return "control_byte";
    case CloseReason::kLineTooLong:
      return "line_too_long";
    case CloseReason::kTooManyParameters:
      return "too_many_parameters";
    case CloseReason::kBadPayloadLength:
      return "bad_payload_length";
    case CloseReason::kPayloadTooLong:
      return "payload_too_long";
    case CloseReason::kBacklog:
      return "backlog";
    case CloseReason::kInternalError:
      return "internal_error";
  }
  return "unknown";
}

CloseReason close_reason(Violation violation) {
  switch (violation) {
    case Violation::kNone:
      break;
    case Violation::kControlByte:
      return CloseReason::kControlByte;
    case Violation::kLineTooLong:
      return CloseReason::kLineTooLong;
    case Violation::kTooManyParameters:
      return CloseReason::kTooManyParameters;
    case Violation::kBadPayloadLength:
      return CloseReason::kBadPayloadLength;
    case Violation::kPayloadTooLong:
      return CloseReason::kPayloadTooLong;
    case Violation::kBacklog:
      return CloseReason::kBacklog;
  }
  return CloseReason::kInternalError;
}

CloseReason close_reason(Refusal refusal) {
  switch (refusal) {
    case Refusal::kNone:
      break;
    case Refusal::kUnknownCommand:
      return CloseReason::kUnknownCommand;
    case Refusal::kWrongDialect:
      return CloseReason::kWrongDialect;
    case Refusal::kBadTransactionId:
      return CloseReason::kBadTransactionId;
    case Refusal::kWrongState:
      return CloseReason::kWrongState;
    case Refusal::kArgumentCount:
      return CloseReason::kArgumentCount;
  }
  return CloseReason::kInternalError;
}

}  // namespace monarch::msnp
