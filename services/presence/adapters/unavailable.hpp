// What an administrator is told of a store that does not answer. Pure; any thread.
#pragma once

#include "model/presence.hpp"
#include "rpc/error.hpp"

namespace monarch::presence {

[[nodiscard]] rpc::Error unavailable(model::Fault fault);

}  // namespace monarch::presence
