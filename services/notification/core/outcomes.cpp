#include "notification/core/outcomes.hpp"

namespace monarch::notification {

std::string_view to_string(MailResult result) {
  switch (result) {
    case MailResult::kTaken:
      return "taken";
    case MailResult::kFailed:
      return "failed";
    case MailResult::kTimedOut:
      return "timed_out";
    case MailResult::kLimited:
      return "limited";
    case MailResult::kMalformed:
      return "malformed";
    case MailResult::kDisabled:
      return "disabled";
  }
  return "unknown";
}

std::string_view to_string(PageResult result) {
  switch (result) {
    case PageResult::kTaken:
      return "taken";
    case PageResult::kFailed:
      return "failed";
    case PageResult::kTimedOut:
      return "timed_out";
    case PageResult::kLimited:
      return "limited";
    case PageResult::kMalformed:
      return "malformed";
    case PageResult::kRefused:
      return "refused";
    case PageResult::kUnavailable:
      return "unavailable";
    case PageResult::kDisabled:
      return "disabled";
  }
  return "unknown";
}

std::string_view to_string(SearchResult result) {
  switch (result) {
    case SearchResult::kFound:
      return "found";
    case SearchResult::kNobody:
      return "nobody";
    case SearchResult::kTooMany:
      return "too_many";
    case SearchResult::kMalformed:
      return "malformed";
    case SearchResult::kUnavailable:
      return "unavailable";
    case SearchResult::kDisabled:
      return "disabled";
  }
  return "unknown";
}

}  // namespace monarch::notification
