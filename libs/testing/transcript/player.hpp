// Plays a transcript against a target and judges every line. Lines of one connection are ordered;
// between connections only cause comes before effect, since each waits for its own lines. Single-
// threaded; a player plays one transcript.
#pragma once

#include <chrono>
#include <string>

#include "base/result.hpp"
#include "testing/transcript/target.hpp"
#include "testing/transcript/transcript.hpp"

namespace monarch::transcript {

struct PlayOptions {
  // How long one expected line may take. A bound, not a pause: it is used up only by a failure.
  std::chrono::milliseconds patience{5000};
  // How often every signed-in connection is asked PNG at the end. The second round comes after a
  // round trip to every other node, so that a late line of another node is seen as well.
  int quiet_rounds = 2;
  // Lines of each connection that a failure shows.
  std::size_t tail_lines = 12;
};

// The error is the whole report: place, expected, got, last lines of each connection.
[[nodiscard]] Outcome<std::string> play(const Transcript& transcript, Target& target,
                                        const PlayOptions& options = {});

}  // namespace monarch::transcript
