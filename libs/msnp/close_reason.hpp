// Why a connection of a client ends, for metrics and logs; every server counts closes by it.
#pragma once

#include <cstdint>
#include <string_view>

#include "msnp/command_table.hpp"
#include "msnp/framer.hpp"

namespace monarch::msnp {

enum class CloseReason : std::uint8_t {
  kClientLeft,         // OUT
  kPeerClosed,         // the socket ended
  kReferred,           // XFR NS was sent
  kVersionChecked,     // CVQ was answered
  kSignedInElsewhere,  // OUT OTH
  kShutdown,           // OUT SSD
  kKicked,
  kLoginTimeout,
  kIdle,
  kSlowReader,
  kFlood,
  kNoCommonDialect,
  kOutOfOrder,  // 715 or 731 in the login stage
  kUnknownPackage,
  kBadSignIn,            // 911 or 206 for a malformed USR
  kSignInRefused,        // 911, 923, 924 after the credentials were looked at
  kUnavailable,          // 5xx or 6xx during login
  kChallengeFailed,      // 540
  kChallengeUnanswered,  // OUT: the answer did not come in time
  kUnknownCommand,
  kWrongDialect,
  kWrongState,
  kBadTransactionId,
  kArgumentCount,
  kBadParameter,
  kControlByte,
  kLineTooLong,
  kTooManyParameters,
  kBadPayloadLength,
  kPayloadTooLong,
  kBacklog,
  kInternalError,
};

// snake_case without the k: "login_timeout".
[[nodiscard]] std::string_view to_string(CloseReason reason);

[[nodiscard]] CloseReason close_reason(Violation violation);
[[nodiscard]] CloseReason close_reason(Refusal refusal);

}  // namespace monarch::msnp
