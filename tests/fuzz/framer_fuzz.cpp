// Fuzzes the framer: whatever the bytes, where they are cut and where the session pauses must make
// no difference, and what the framer keeps must stay within its limits. The first bytes of an input
// say how to cut and pause, the rest is what the client sends.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "msnp/framer.hpp"

namespace {

using namespace monarch::msnp;

PayloadRule rule(std::string_view verb, Scope scope) {
  if (verb == "MSG") return {.present = true, .bytes_max = kMessageBytesMax};
  if (verb == "QRY") return {.present = true, .bytes_max = kChallengeAnswerBytesMax};
  if (verb == "SDC" && scope.dialect.has(Feature::kTextInvitations)) {
    return {.present = true,
            .bytes_max = kInvitationBytesMax,
            .bad_length_answer = ErrorCode::kBadInvitation};
  }
  return {};
}

constexpr Scope kScope{.dialect = Dialect::kMsnp5, .state = 1};
constexpr std::size_t kIncompleteBytesMax = kLineBytesMax + kMessageBytesMax;

void record(const Command& command, std::vector<std::string>& events) {
  std::string event(command.verb);
  for (const auto param : command.params()) {
    MONARCH_ASSERT(!param.empty());
    event.append(" ").append(param);
  }
  events.push_back(event.append("\n").append(command.payload));
}

void record(const Framer& framer, std::vector<std::string>& events) {
  events.push_back("violation " + std::to_string(static_cast<int>(framer.violation())) + " " +
                   std::to_string(static_cast<int>(framer.violation_answer())));
}

// How many bytes come next, and whether the session pauses after a command.
class Choices {
 public:
  explicit Choices(std::uint32_t seed) : state_(seed | 1U) {}
  std::size_t chunk() { return 1 + next() % (next() % 4 == 0 ? 4096 : 9); }
  bool pause() { return next() % 5 == 0; }

 private:
  std::uint32_t next() {
    state_ ^= state_ << 13U;
    state_ ^= state_ >> 17U;
    state_ ^= state_ << 5U;
    return state_;
  }
  std::uint32_t state_;
};

std::vector<std::string> whole(std::string_view bytes) {
  std::vector<std::string> events;
  Framer framer;
  Command command;
  framer.feed(bytes);
  auto step = Framer::Step::kCommand;
  while ((step = framer.next(&rule, kScope, command)) == Framer::Step::kCommand) {
    record(command, events);
  }
  if (step == Framer::Step::kViolation) record(framer, events);
  MONARCH_ASSERT(framer.keep());
  MONARCH_ASSERT(framer.buffered() <= kIncompleteBytesMax);
  return events;
}

std::vector<std::string> pieces(std::string_view bytes, Choices choices) {
  std::vector<std::string> events;
  Framer framer;
  Command command;
  bool more = true;
  while (more) {
    // In memory of its own, so that a view that outlives it is found.
    const std::string chunk(bytes.substr(0, choices.chunk()));
    bytes.remove_prefix(chunk.size());
    more = !bytes.empty();
    framer.feed(chunk);
    auto step = Framer::Step::kCommand;
    bool paused = false;
    while (!paused && (step = framer.next(&rule, kScope, command)) == Framer::Step::kCommand) {
      record(command, events);
      paused = more && choices.pause();
    }
    if (step == Framer::Step::kViolation) {
      record(framer, events);
      break;
    }
    MONARCH_ASSERT(framer.keep());
    MONARCH_ASSERT(framer.buffered() <= (paused ? kBacklogBytesMax : kIncompleteBytesMax));
  }
  return events;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::size_t kSeedBytes = 2;
  if (size < kSeedBytes) return 0;
  const std::uint32_t seed = data[0] * 256U + data[1];
  const std::string_view bytes(reinterpret_cast<const char*>(data) + kSeedBytes,
                               std::min(size - kSeedBytes, kBacklogBytesMax));
  MONARCH_ASSERT(whole(bytes) == pieces(bytes, Choices(seed)));
  return 0;
}
