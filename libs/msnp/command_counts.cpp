#include "msnp/command_counts.hpp"

namespace monarch::msnp {

std::string_view to_string(CommandResult result) {
  switch (result) {
    case CommandResult::kOk:
      return "ok";
    case CommandResult::kError:
      return "error";
    case CommandResult::kClosed:
      return "closed";
  }
  return "unknown";
}

}  // namespace monarch::msnp
