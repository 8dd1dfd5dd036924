// Session: one client connection, from its first byte to its end: what is read of it, who stands
// behind it and what it waits for. What its commands mean is in commands/. Owned by the hall, on
// its loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "msnp/command.hpp"
#include "msnp/command_counts.hpp"
#include "msnp/framer.hpp"
#include "switchboard/core/identity.hpp"
#include "switchboard/core/ports.hpp"
#include "switchboard/core/token_bucket.hpp"

namespace monarch::switchboard {

class Conversation;

struct Session {
  enum class State : std::uint8_t { kConnected, kIn };
  // While it waits its further commands do, too; what others say still reaches it.
  enum class Waiting : std::uint8_t {
    kNo,
    kForPresence,  // CAL
    kForRinging,   // ANS, until the caller's RINGING is written (ARCHITECTURE.md#rule-6)
  };

  Session(ConnectionId id, TimePoint connected, Duration authenticate_within)
      : connection(id), authenticate_by(connected + authenticate_within), bucket(connected) {}

  [[nodiscard]] static constexpr msnp::StateMask bit(State state) {
    return 1U << static_cast<unsigned>(state);
  }
  // Nobody yet, and may remain so only until authenticate_by.
  [[nodiscard]] bool stranger() const {
    return state == State::kConnected && waiting == Waiting::kNo;
  }
  [[nodiscard]] msnp::Scope scope() const {
    return {.dialect = identity.dialect, .state = bit(state)};
  }

  ConnectionId connection;
  State state = State::kConnected;
  Waiting waiting = Waiting::kNo;
  bool closed = false;     // to be forgotten at the end of the entry
  bool wire_gone = false;  // the socket has ended by itself
  bool paused = false;     // reading is, for messages_per_second
  bool overrun = false;    // did not take what it was sent; to be closed

  TimePoint authenticate_by;
  std::optional<TimePoint> scheduled;  // for Timers
  TokenBucket bucket;
  msnp::Framer framer;
  msnp::CommandUnderWay command;

  Identity identity;                     // from USR or ANS on
  Conversation* conversation = nullptr;  // where it takes part, or waits to

  std::string trid;                     // of the ANS that is held
  std::vector<TimePoint> failed_calls;  // 217 in a row, the oldest first
};

}  // namespace monarch::switchboard
