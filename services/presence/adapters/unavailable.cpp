#include "presence/adapters/unavailable.hpp"

namespace monarch::presence {

rpc::Error unavailable(model::Fault fault) {
  const char* text =
      fault == model::Fault::kIndexUnavailable
          ? "Redis is away: is it running, and is --redis of presence right?"
          : "PostgreSQL is away: is it running, and is --postgres of presence right?";
  return {rpc::Code::kUnavailable, text};
}

}  // namespace monarch::presence
