// A request to presence with its id, both ways.
#pragma once

#include <optional>

#include "codec/trace.hpp"
#include "model/presence.hpp"
#include "monarch/presence/v1/presence.pb.h"

namespace monarch::codec {

void encode(const model::Request& from, const Moment& now, monarch::presence::v1::Request* to);
// Nothing for an operation that is not known here (a newer node's).
[[nodiscard]] std::optional<model::Request> decode(const monarch::presence::v1::Request& from,
                                                   const Moment& now);

}  // namespace monarch::codec
