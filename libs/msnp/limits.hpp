// The wire's limits, each with its place in the specification. What an operator may change is a
// setting whose default stands here.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "base/handle.hpp"

namespace monarch::msnp {

// docs/protocol/framing.md#2-command-lines: one line of a client, its line end included.
inline constexpr std::size_t kLineBytesMax = 2048;
// The same place: a line to a client, its line end included (eb03's buffer).
inline constexpr std::size_t kServerLineBytesMax = 1200;
// No client is known to send more than nine; `VER` and typed rubbish may.
inline constexpr std::size_t kParametersMax = 32;
// docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules: bytes that a paused session has not
// looked at yet.
inline constexpr std::size_t kBacklogBytesMax = std::size_t{64} * 1024;
// docs/protocol/framing.md#3-transaction-ids.
inline constexpr std::uint64_t kTransactionIdMax = 4'294'967'295;

// docs/protocol/framing.md#4-payload-commands.
inline constexpr std::uint32_t kMessageBytesMax = 1664;
inline constexpr std::uint32_t kInvitationBytesMax = 1664;  // SDC, PAG
inline constexpr std::uint32_t kChallengeAnswerBytes = 32;
inline constexpr std::uint32_t kChallengeAnswerBytesMax = 256;
inline constexpr std::size_t kServerPayloadBytesMax = 1200;

// docs/protocol/framing.md#7-limits.
inline constexpr std::size_t kHandleBytesMax = Handle::kBytesMax;
inline constexpr std::size_t kNameBytesMax = 387;
inline constexpr std::size_t kPhoneBytesMax = 95;
inline constexpr std::size_t kPropertyKeyBytes = 3;
inline constexpr std::size_t kGroupNameBytesMax = 61;
inline constexpr std::size_t kAddGroupNameBytesClose = 130;     // this long closes, shorter is 229
inline constexpr std::size_t kRenameGroupNameBytesClose = 128;  // this long closes, shorter is 229
inline constexpr std::uint32_t kGroupsMax = 30;                 // ids 0 … 29
inline constexpr std::uint32_t kForwardListMax = 150;
inline constexpr std::uint32_t kAllowListMax = 1000;
inline constexpr std::uint32_t kBlockListMax = 1000;
inline constexpr std::uint32_t kSwitchboardParticipantsMax = 50;
inline constexpr std::size_t kTicketBytesMax = 64;

// docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules.
inline constexpr std::chrono::seconds kLoginTimeout{60};
inline constexpr std::chrono::seconds kReferralGrace{10};
inline constexpr std::chrono::seconds kChallengeTimeout{50};
inline constexpr std::size_t kOutputBytesMax = std::size_t{256} * 1024;

}  // namespace monarch::msnp
