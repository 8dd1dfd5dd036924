// What a user wrote, made fit to be shown somewhere else: in a mail, on a phone. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace monarch::notification {

// UTF-8 without control characters: bytes that are no UTF-8 become U+FFFD, line ends one line feed,
// a tab a space; what turns the direction of writing around is left out, for it could make the text
// around it read as something else.
[[nodiscard]] std::string plain_text(std::string_view text);

// The same in one line: line ends are spaces.
[[nodiscard]] std::string plain_line(std::string_view text);

}  // namespace monarch::notification
