// What is published on a notification node's channel: model::NodeHints without the node, which is
// the channel's name.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "model/hint.hpp"

namespace monarch::codec {

// The channel that a notification node listens to.
[[nodiscard]] inline std::string bus_channel(const NodeId& node) {
  return "monarch:bus:" + node.value();
}

[[nodiscard]] std::string encode_hints(const std::vector<model::Hint>& hints);
// Nothing when the bytes are no NodeHints; hints of a kind not known here are left out.
[[nodiscard]] std::optional<std::vector<model::Hint>> decode_hints(std::string_view bytes);

}  // namespace monarch::codec
