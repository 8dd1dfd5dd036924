// What sessions count, as plain numbers on the process's loop; Front copies them into the
// metrics. Counters only ever rise.
#pragma once

#include "msnp/command_counts.hpp"
#include "msnp/error_counts.hpp"
#include "msnp/opening.hpp"

namespace monarch::dispatch {

struct Counters {
  msnp::CommandCounts<msnp::Opening::kVerbsMax> commands;  // by msnp::Opening::verb_of()
  msnp::ErrorCounts errors;                                // three-digit lines
};

}  // namespace monarch::dispatch
