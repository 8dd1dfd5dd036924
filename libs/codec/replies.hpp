// A reply of presence, both ways.
#pragma once

#include "model/presence.hpp"
#include "monarch/presence/v1/presence.pb.h"

namespace monarch::codec {

void encode(const model::Reply& from, monarch::presence::v1::Reply* to);
// A result that is not known here (a newer presence's) is Failed{kUnreachable}.
[[nodiscard]] model::Reply decode(const monarch::presence::v1::Reply& from);

}  // namespace monarch::codec
