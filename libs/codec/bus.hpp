// What is published on a notification node's channel: model::NodeHints without the node, which is
// the channel's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "codec/trace.hpp"
#include "model/hint.hpp"

namespace monarch::codec {

// The channel that a notification node listens to.
[[nodiscard]] inline std::string bus_channel(const NodeId& node) {
  return "monarch:bus:" + node.value();
}

// `now` is when they are published.
[[nodiscard]] std::string encode_hints(const std::vector<model::Hint>& hints, const Moment& now);

struct BusMessage {
  std::vector<model::Hint> hints;
  // Since it was published, never negative; nothing when a presence of a release before did that.
  std::optional<Duration> age;
};
// Nothing when the bytes are no NodeHints; hints of a kind not known here are left out.
[[nodiscard]] std::optional<BusMessage> decode_hints(std::string_view bytes, const Moment& now);

}  // namespace monarch::codec
