// What the notification core counts, as plain numbers on the node's own thread; the metrics adapter
// copies them out. Counters only ever rise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "msnp/close_reason.hpp"
#include "msnp/command_counts.hpp"
#include "msnp/error_counts.hpp"
#include "msnp/referral_counts.hpp"
#include "notification/core/outcomes.hpp"

namespace monarch::notification {

// Why a connection ended: the reasons are libs/msnp's, common to all servers.
using msnp::CloseReason;
inline constexpr std::size_t kCloseReasons =
    static_cast<std::size_t>(CloseReason::kInternalError) + 1;

enum class SignIn : std::uint8_t {
  kOk,
  kRefused,      // 911, 206
  kUnavailable,  // 600, 603: auth or presence away
  kReferred,     // XFR NS
  kNoRoom,       // 600, 601: full, or draining and nobody else ready
  kAbandoned,    // the client left in between
  kNotAllowed,   // 923, 924: the password was right
  kMaintenance,  // 500
};
inline constexpr std::size_t kSignIns = 8;
[[nodiscard]] std::string_view to_string(SignIn result);

// What became of one hint for one recipient.
enum class Fate : std::uint8_t {
  kShown,     // a line was written
  kAdvanced,  // newer, but nothing the client would see
  kHeld,      // until what is being asked is answered; counted again then
  kStale,     // equal or older
  kClosed,    // the gate is shut: before CHG, before SYN
  kForeign,   // no longer a contact, or no such session here
};
inline constexpr std::size_t kFates = 6;
[[nodiscard]] std::string_view to_string(Fate fate);

// What slow truth had to mend (ARCHITECTURE.md#rule-4): stays 0 in a healthy cluster.
enum class Repair : std::uint8_t {
  kContact,     // a contact's state
  kSerial,      // a roster event
  kStatus,      // the index had another status of ours
  kReopened,    // the index did not know a session of ours
  kSuperseded,  // a session of ours had been replaced
  kOrphan,      // the index had a session that we do not hold
};
inline constexpr std::size_t kRepairs = 6;
[[nodiscard]] std::string_view to_string(Repair kind);

// What comes from outside the clients, in the order of model::Notice, and the mail that lay
// waiting.
enum class NoticeKind : std::uint8_t {
  kToast,
  kShutdown,
  kNewStatus,
  kNewMail,
  kMailActivity,
  kPage,
  kInitialMail,
};
inline constexpr std::size_t kNoticeKinds = 7;
[[nodiscard]] std::string_view to_string(NoticeKind kind);

// What became of one notice for one session.
enum class NoticeFate : std::uint8_t {
  kTold,
  kNotInDialect,  // its version has no such line
  kNotYet,        // not signed in; or, of a status, before the first CHG
  kSame,          // a status that he has already
  kUnfit,         // larger than a client can take: its door should have refused it
  kForeign,       // no such session here
};
inline constexpr std::size_t kNoticeFates = 6;
[[nodiscard]] std::string_view to_string(NoticeFate fate);

// How asking a mail system for counts ended.
enum class MailAnswer : std::uint8_t {
  kUnread,       // there is unread mail, and the user was told
  kNothing,      // none, or no mailbox
  kUnreachable,  // no answer in time, or a failure: costs him nothing else
  kOverloaded,   // too many questions were under way: not asked
};
inline constexpr std::size_t kMailAnswers = 4;
[[nodiscard]] std::string_view to_string(MailAnswer answer);

inline constexpr std::size_t kVerbsMax = 48;

struct Counters {
  std::uint64_t connections = 0;
  std::uint64_t connections_refused = 0;  // connections_max
  std::uint64_t strangers_refused = 0;    // strangers_per_address_max
  std::uint64_t throttled = 0;            // pauses for commands_per_second
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  std::array<std::uint64_t, kSignIns> sign_ins{};
  msnp::CommandCounts<kVerbsMax> commands;  // by verb_name()
  msnp::ReferralCounts referrals;           // XFR NS and XFR SB
  std::array<std::uint64_t, kCloseReasons> closes{};
  std::array<std::uint64_t, kFates> presence_hints{};
  std::array<std::uint64_t, kFates> roster_hints{};
  std::array<std::uint64_t, kRepairs> repairs{};
  std::uint64_t challenges_sent = 0;  // CHL, each counted once; the rest of them are among closes
  std::uint64_t challenges_passed = 0;
  std::array<std::array<std::uint64_t, kNoticeFates>, kNoticeKinds> notices{};
  std::array<std::uint64_t, kMailAnswers> mail_answers{};
  std::array<std::uint64_t, kMailResults> mails{};
  std::array<std::uint64_t, kPageResults> pages{};
  std::array<std::uint64_t, kSearchResults> searches{};
  msnp::ErrorCounts errors;    // three-digit lines
  std::uint64_t requests = 0;  // to presence, tries included
  std::uint64_t requests_repeated = 0;
  std::uint64_t requests_failed = 0;   // given up: unreachable, overloaded, unavailable
  std::uint64_t requests_refused = 0;  // requests_max
  std::uint64_t gaps = 0;              // journal reads
  std::uint64_t hints_overflowed = 0;  // held_hints_max, held_events_max
  std::uint64_t closes_dropped = 0;    // closes_max
};

// The verb a row of Counters::commands stands for; empty beyond the table.
[[nodiscard]] std::string_view verb_name(std::size_t row);

}  // namespace monarch::notification
