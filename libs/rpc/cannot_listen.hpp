// cannot_listen(): why a server of gRPC's could not listen there, asked of the kernel first: gRPC
// would only say that it failed, after a page of its own words. Any thread.
#pragma once

#include <optional>
#include <string>

#include "base/endpoint.hpp"

namespace monarch::rpc {

// Nothing: one can, or it is no IPv4 literal.
[[nodiscard]] std::optional<std::string> cannot_listen(const Endpoint& bind);

}  // namespace monarch::rpc
