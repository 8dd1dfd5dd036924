// An invitation as an RFC 5322 message. Everything that a user chose stands quoted in the body and
// nowhere else but his recipient's address. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "notification/core/doors.hpp"

namespace monarch::notification {

// What the operator says of his mails.
struct MailLetterhead {
  std::string from;       // the address they come from
  std::string from_name;  // UTF-8 in one line
  std::string info_url;   // where to read what this is about
};

// The message with CR LF line ends, none longer than 78 bytes but where an address is.
[[nodiscard]] std::string render(const Mail& mail, const MailLetterhead& letterhead,
                                 std::int64_t unix_seconds, std::string_view unique_id);

// RFC 2045, for text with line feeds.
[[nodiscard]] std::string quoted_printable(std::string_view text);
// A display name: as it is, quoted, or in encoded words (RFC 2047).
[[nodiscard]] std::string display_name(std::string_view name);
// "Tue, 13 Apr 2003 08:36:40 +0000"
[[nodiscard]] std::string mail_date(std::int64_t unix_seconds);

}  // namespace monarch::notification
