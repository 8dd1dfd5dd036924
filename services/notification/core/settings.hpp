// Everything about the notification core that an operator may choose, with its default and where
// the default comes from. Owned by the composition root, immutable while the process runs.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "base/ids.hpp"
#include "msnp/encoder.hpp"

namespace monarch::notification {

struct Settings {
  // ---- who we are ----
  NodeId node;             // as the registry and the bus know this process
  std::string advertised;  // host:port that clients reach us by; the tail of an MSNP7 XFR NS

  // ---- admission: docs/protocol/dispatch.md#which-ns ----
  std::size_t capacity = 10'000;         // from here on new users are referred to other nodes
  std::size_t sessions_max = 12'000;     // the hard limit: from here on 600
  std::size_t connections_max = 15'000;  // sockets, signed in or not: from here on closed at once
  std::size_t referrals_max = 2;         // per handle within referral_window
  std::chrono::milliseconds referral_window{10'000};

  // ---- what the client is told ----
  msnp::VersionCheckUrls urls;  // CVR, CVQ
  // There is a mail system to ask: the profile says EmailEnabled, and mail is looked for at
  // sign-in.
  bool mailbox = false;

  // ---- one connection: docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules ----
  std::chrono::milliseconds sign_in_within{60'000};  // connect to USR OK
  std::uint32_t commands_per_second = 20;
  std::uint32_t commands_burst = 200;
  std::uint32_t changes_in_burst = 5;  // own REA and PRP, each; the next one is 800
  std::chrono::milliseconds burst_window{60'000};
  // XFR SB within burst_window; the next one is 713. COMPAT(aMSN 0.81): it asks for one at every
  // FLN it receives, so this stays above the limit of FL.
  std::uint32_t switchboards_in_burst = 200;
  std::size_t reverse_shown_max = 1'000;  // presence-and-privacy.md#6-list-size-limits

  // ---- truth and hints: ARCHITECTURE.md#truth-and-hints ----
  std::chrono::milliseconds gap_wait{250};  // for an overtaken hint, before the journal is asked
  std::size_t held_events_max = 64;         // of a roster, behind a gap
  std::size_t held_hints_max = 1'024;       // of contacts, while a first CHG or ADD FL is asked
  std::chrono::milliseconds announce_retry{2'000};   // an unannounced CHG is tried again so often
  std::chrono::milliseconds compare_every{120'000};  // slow truth; jittered by a quarter
  std::chrono::milliseconds compare_spread{100};     // between two chunks when told to hurry
  std::chrono::milliseconds repair_wait{500};  // a difference is believed when it lasts so long

  // ---- asking the services ----
  std::chrono::milliseconds try_timeout{1'500};  // then another instance is asked
  std::chrono::milliseconds ask_timeout{4'500};  // in all; errors.md: an answer within 5 s
  std::uint32_t tries_max = 4;
  std::size_t requests_max = 50'000;  // in flight and waiting; above: overloaded
  std::chrono::milliseconds close_retry_min{500};
  std::chrono::milliseconds close_retry_max{10'000};
  std::size_t mail_questions_max = 1'000;  // to the mail system, under way
  std::size_t closes_max = 200'000;  // sessions that presence has not yet acknowledged as closed
};

}  // namespace monarch::notification
