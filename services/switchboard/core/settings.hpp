// Everything about the switchboard core that an operator may choose, with its default and where
// the default comes from. Owned by the composition root, immutable while the process runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "msnp/limits.hpp"

namespace monarch::switchboard {

struct Settings {
  // host:port that clients reach us by; every RNG names it.
  std::string advertised;

  // From here on a connection is closed at once, and no ticket is reserved.
  std::size_t connections_max = 15'000;

  // ---- tickets: docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules ----
  std::chrono::milliseconds ticket_lifetime{120'000};  // of XFR; that of RNG is ringing_time
  std::size_t tickets_max = 50'000;                    // outstanding, of both kinds
  std::size_t tickets_per_account_max = 100;  // asked for by one account, by XFR SB or by CAL

  // ---- one connection ----
  std::chrono::milliseconds authenticate_within{60'000};  // connect to USR or ANS
  // Every command counts, for a flood of PNG costs as much as one of MSG. 0: no limit.
  std::uint32_t messages_per_second = 50;
  std::uint32_t messages_burst = 500;
  // docs/protocol/framing.md#4-payload-commands. May be lowered; the wire has no room for more.
  std::size_t message_bytes_max = msnp::kMessageBytesMax;

  // ---- calls: docs/protocol/switchboard.md#4-errors-of-cal ----
  std::uint32_t failed_calls_max = 5;  // 217 in a row on one connection; the next CAL is 713
  std::chrono::milliseconds failed_calls_window{60'000};  // an older 217 is forgotten
  std::chrono::milliseconds invite_timeout{4'500};        // for presence; errors.md: within 5 s
  std::chrono::milliseconds ringing_time{120'000};

  // ---- conversations: docs/protocol/switchboard.md#6-leaving, #7-multi-party ----
  std::size_t participants_max = msnp::kSwitchboardParticipantsMax;  // with those who ring
  std::chrono::milliseconds idle_timeout{300'000};                   // without MSG
  std::chrono::milliseconds alone_timeout{60'000};  // nobody else has ever joined, nothing rings
  std::chrono::milliseconds deserted_timeout{300'000};  // somebody has
};

}  // namespace monarch::switchboard
