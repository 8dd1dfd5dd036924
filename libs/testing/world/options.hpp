// How a PureCluster is made and what goes wrong in it. Plain values, no thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

#include "auth/core/verifier.hpp"
#include "notification/core/settings.hpp"
#include "presence/core/context.hpp"
#include "switchboard/core/settings.hpp"

namespace monarch::world {

struct Options {
  std::size_t switchboards = 2;
  std::size_t dispatchers = 1;
  std::size_t nodes = 3;
  std::size_t instances = 2;  // of presence
  std::uint64_t seed = 1;
  // What waits is taken in any order, so that messages and effects overtake each other.
  bool shuffled = false;
  notification::Settings notification;  // name and address are filled in
  presence::Settings presence;
  auth::VerifierRules auth;
  bool mail_events = false;           // presence serves them
  switchboard::Settings switchboard;  // the address is filled in
  // ARCHITECTURE.md#rule-7.
  std::chrono::milliseconds dead_after{5'000};
  std::chrono::milliseconds settle_after{10'000};
};

// Chances in a thousand, each asked anew for every message or call.
struct Weather {
  unsigned hint_lost = 0;
  unsigned hint_doubled = 0;
  unsigned hint_delayed = 0;
  unsigned request_lost = 0;
  unsigned request_delayed = 0;
  unsigned reply_lost = 0;
  unsigned reply_delayed = 0;
  unsigned verify_lost = 0;
  unsigned store_failed = 0;  // nothing happened, and the caller knows
  unsigned store_lost = 0;    // it happened, and the caller is told that it failed
  unsigned index_failed = 0;
  unsigned index_lost = 0;
  unsigned bus_failed = 0;
  unsigned bus_lost = 0;
  std::chrono::milliseconds delay_max{3'000};
};

}  // namespace monarch::world
