#include "switchboard/core/counters.hpp"

namespace monarch::switchboard {

std::string_view to_string(Call result) {
  switch (result) {
    case Call::kRinging:
      return "ringing";
    case Call::kBadHandle:
      return "bad_handle";
    case Call::kAlreadyThere:
      return "already_there";
    case Call::kNotAvailable:
      return "not_available";
    case Call::kUnreachable:
      return "unreachable";
    case Call::kTimedOut:
      return "timed_out";
    case Call::kNoTicket:
      return "no_ticket";
    case Call::kTooActive:
      return "too_active";
    case Call::kFull:
      return "full";
  }
  return "unknown";
}

std::string_view to_string(Redeemed result) {
  switch (result) {
    case Redeemed::kOk:
      return "ok";
    case Redeemed::kUnknown:
      return "unknown";
    case Redeemed::kOtherKind:
      return "other_kind";
    case Redeemed::kOtherHandle:
      return "other_handle";
  }
  return "unknown";
}

std::string_view to_string(NoTicket reason) {
  switch (reason) {
    case NoTicket::kDraining:
      return "draining";
    case NoTicket::kFull:
      return "full";
    case NoTicket::kTooManyOfOwner:
      return "too_many_of_owner";
  }
  return "unknown";
}

}  // namespace monarch::switchboard
