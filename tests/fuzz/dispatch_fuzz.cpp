// Fuzzes the dispatch session, and with it the login opening: whatever a client sends and however
// it is cut, the same lines come back, whole, and the same close. The first byte of an input seeds
// the cuts and says what the cluster is like.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"
#include "dispatch/core/session.hpp"

namespace {

using namespace monarch;

const TimePoint kStart{std::chrono::seconds(1)};

msnp::Effects run(std::string_view bytes, std::uint8_t seed, bool cut) {
  SeededRandom random(seed);
  dispatch::NodePicker nodes(random);
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
  dispatch::Session session(settings, nodes, kStart);
  SeededRandom cuts(seed);
  msnp::Effects effects;
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
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto whole = run(bytes, data[0], false);
  const auto pieces = run(bytes, data[0], true);
  MONARCH_ASSERT(whole.send == pieces.send);
  MONARCH_ASSERT(whole.close == pieces.close);
  return 0;
}
