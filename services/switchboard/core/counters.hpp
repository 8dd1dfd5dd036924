// What the switchboard core counts, as plain numbers on the exchange's own thread; the metrics
// adapter copies them out. Counters only ever rise. Every limit of Settings has one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "msnp/close_reason.hpp"
#include "msnp/command_counts.hpp"
#include "msnp/error_counts.hpp"

namespace monarch::switchboard {

// Why a connection ended: the reasons are libs/msnp's, common to all servers.
using msnp::CloseReason;
inline constexpr std::size_t kCloseReasons =
    static_cast<std::size_t>(CloseReason::kInternalError) + 1;

// What became of a CAL.
enum class Call : std::uint8_t {
  kRinging,
  kBadHandle,     // 208
  kAlreadyThere,  // 215
  kNotAvailable,  // 217: not there, or not for this caller
  kUnreachable,   // 217: presence said so
  kTimedOut,      // 217: presence said nothing within invite_timeout
  kNoTicket,      // 217, 713: tickets_max, tickets_per_account_max
  kTooActive,     // 713: failed_calls_max
  kFull,          // 920: participants_max
};
inline constexpr std::size_t kCalls = 9;
[[nodiscard]] std::string_view to_string(Call result);

// What became of a ticket that was shown.
enum class Redeemed : std::uint8_t {
  kOk,
  kUnknown,      // never issued, used, or expired
  kOtherKind,    // RNG's in USR, XFR's in ANS
  kOtherHandle,  // somebody else's
};
inline constexpr std::size_t kRedeemed = 4;
[[nodiscard]] std::string_view to_string(Redeemed result);

// Why no ticket was reserved.
enum class NoTicket : std::uint8_t {
  kDraining,        // another switchboard is to be asked
  kFull,            // tickets_max or connections_max
  kTooManyOfOwner,  // tickets_per_account_max
};
inline constexpr std::size_t kNoTickets = 3;
[[nodiscard]] std::string_view to_string(NoTicket reason);

inline constexpr std::size_t kVerbsMax = 16;

struct Counters {
  std::uint64_t connections = 0;
  std::uint64_t connections_refused = 0;  // connections_max
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  msnp::CommandCounts<kVerbsMax> commands;  // by verb_name()
  std::array<std::uint64_t, kCloseReasons> closes{};
  msnp::ErrorCounts errors;     // three-digit lines
  std::uint64_t throttled = 0;  // pauses for messages_per_second

  std::uint64_t tickets_reserved = 0;  // XFR
  std::uint64_t tickets_rung = 0;      // RNG
  std::array<std::uint64_t, kRedeemed> tickets_redeemed{};
  std::array<std::uint64_t, kNoTickets> tickets_refused{};
  std::uint64_t tickets_expired = 0;

  std::array<std::uint64_t, kCalls> calls{};
  std::uint64_t answers_held = 0;  // ANS before RINGING
  std::uint64_t rings_expired = 0;

  std::uint64_t conversations = 0;  // begun
  std::uint64_t joined = 0;         // by ANS
  std::uint64_t idle_ends = 0;      // idle_timeout
  std::uint64_t alone_ends = 0;     // alone_timeout, deserted_timeout

  std::uint64_t messages = 0;         // received
  std::uint64_t deliveries = 0;       // handed to a connection
  std::uint64_t deliveries_lost = 0;  // a connection did not take it
  std::uint64_t acks = 0;
  std::uint64_t naks = 0;
};

// The verb a row of Counters::commands stands for; empty beyond the table.
[[nodiscard]] std::string_view verb_name(std::size_t row);

}  // namespace monarch::switchboard
