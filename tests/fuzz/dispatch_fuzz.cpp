// Fuzzes the dispatch session, and with it the login opening: whatever a client sends and however
// it is cut, the same lines come back, whole, and the same close. The first byte of an input seeds
// the cuts and says what the cluster is like, the second in which state the session begins
// (docs/protocol/dispatch.md#8-login-state-machine-ds-and-ns-msnp27).
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "dispatch/core/session.hpp"

namespace {

using namespace monarch;

const TimePoint kStart{std::chrono::seconds(1)};

// What has been said before: connected, negotiated by an old and a new client, only CVR0 matched,
// informed, and the beginning of a line.
constexpr std::array<std::string_view, 7> kBegins = {"",
                                                     "VER 1 MSNP2\r\n",
                                                     "VER 1 MSNP7 MSNP6 MSNP5 CVR0\r\n",
                                                     "VER 1 CVR0\r\n",
                                                     "VER 1 MSNP4\r\nINF 2\r\n",
                                                     "VER 1 MSNP7\r\nINF 2\r\n",
                                                     "VER 1 MSNP5\r\nUSR 3 MD5 I "};

msnp::Effects run(std::string_view bytes, std::uint8_t seed, std::string_view before, bool cut) {
  SeededRandom random(seed);
  dispatch::NodePicker nodes(random);
  dispatch::Counters counters;
  if (seed % 4 != 0) {
    nodes.update({{.id = NodeId("notification-1"),
                   .incarnation = 1,
                   .advertised_address = "10.0.0.5:1863",
                   .capacity = seed % 4 == 1 ? 0U : 10U,
                   .load = 0,
                   .ready = true,
                   .heartbeat = 1}});
  }
  const dispatch::Settings settings{.advertised_address = "10.0.0.1:1863"};
  dispatch::Session session(settings, nodes, counters, kStart);
  SeededRandom cuts(seed);
  msnp::Effects effects;
  if (!before.empty()) session.receive(before, effects);
  do {
    const std::string chunk(bytes.substr(0, cut ? 1 + cuts.below(20) : bytes.size()));
    bytes.remove_prefix(chunk.size());
    session.receive(chunk, effects);
  } while (!bytes.empty() && !effects.close);
  MONARCH_ASSERT(session.closed() == effects.close.has_value());
  MONARCH_ASSERT(effects.send.empty() || effects.send.ends_with("\r\n"));
  return effects;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto before = kBegins[data[1] % kBegins.size()];
  const auto whole = run(bytes, data[0], before, false);
  const auto pieces = run(bytes, data[0], before, true);
  MONARCH_ASSERT(whole.send == pieces.send);
  MONARCH_ASSERT(whole.close == pieces.close);
  return 0;
}
