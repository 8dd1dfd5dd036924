#include "notification/core/counters.hpp"

#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

std::string_view to_string(SignIn result) {
  switch (result) {
    case SignIn::kOk:
      return "ok";
    case SignIn::kRefused:
      return "refused";
    case SignIn::kUnavailable:
      return "unavailable";
    case SignIn::kReferred:
      return "referred";
    case SignIn::kNoRoom:
      return "no_room";
    case SignIn::kAbandoned:
      return "abandoned";
  }
  return "unknown";
}

std::string_view to_string(Fate fate) {
  switch (fate) {
    case Fate::kShown:
      return "shown";
    case Fate::kAdvanced:
      return "advanced";
    case Fate::kHeld:
      return "held";
    case Fate::kStale:
      return "stale";
    case Fate::kClosed:
      return "closed";
    case Fate::kForeign:
      return "foreign";
  }
  return "unknown";
}

std::string_view to_string(Repair kind) {
  switch (kind) {
    case Repair::kContact:
      return "contact";
    case Repair::kSerial:
      return "serial";
    case Repair::kStatus:
      return "status";
    case Repair::kReopened:
      return "reopened";
    case Repair::kSuperseded:
      return "superseded";
    case Repair::kOrphan:
      return "orphan";
  }
  return "unknown";
}

std::string_view verb_name(std::size_t row) { return Commands::verb_of(row); }

}  // namespace monarch::notification
