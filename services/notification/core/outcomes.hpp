// How mails, pages and searches end, for the metrics: plain values, a bounded number of each.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace monarch::notification {

// What a door says of what it was given.
enum class Delivery : std::uint8_t {
  kTaken,     // somebody else has it now
  kFailed,    // nobody has
  kTimedOut,  // made by the node: the door has not said
};

enum class MailResult : std::uint8_t {
  kTaken,
  kFailed,
  kTimedOut,
  kLimited,    // too many of this account, or of this node
  kMalformed,  // 503
  kDisabled,   // no mailer is set up
};
inline constexpr std::size_t kMailResults = 6;
[[nodiscard]] std::string_view to_string(MailResult result);

enum class PageResult : std::uint8_t {
  kTaken,
  kFailed,
  kTimedOut,
  kLimited,
  kMalformed,
  kRefused,      // the recipient does not take pages from this user, or there is no such user
  kUnavailable,  // presence could not say
  kDisabled,     // no gateway is set up
};
inline constexpr std::size_t kPageResults = 8;
[[nodiscard]] std::string_view to_string(PageResult result);

enum class SearchResult : std::uint8_t {
  kFound,
  kNobody,
  kTooMany,      // 301
  kMalformed,    // 201
  kUnavailable,  // 501
  kDisabled,     // 502
};
inline constexpr std::size_t kSearchResults = 6;
[[nodiscard]] std::string_view to_string(SearchResult result);

}  // namespace monarch::notification
