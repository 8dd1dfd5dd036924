// The documents of NOT and IPG (docs/protocol/notification.md#not-5, #ipg-6): what people and
// phones say to a user by way of the server, as the XML that clients read. Pure; nothing here is
// kept.
//
// A payload stays below kServerPayloadBytesMax, for the smallest buffer of a known client. What
// people write is cut to the room that is left, between two characters, and ends with "…" then;
// addresses are never cut, for half of one leads elsewhere: a notice whose addresses leave no room
// is refused where it comes in (check_toast) and not written here.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/handle.hpp"
#include "base/ids.hpp"
#include "base/result.hpp"
#include "model/hint.hpp"

namespace monarch::msnp {

// Who the document is for.
struct Addressee {
  AccountId account;
  const Handle& handle;
};

// False: it does not fit, and nothing was appended.
[[nodiscard]] bool append_not(std::string& out, const Addressee& to, const model::Toast& toast);
[[nodiscard]] bool append_ipg(std::string& out, const Addressee& to,
                              const model::IncomingPage& page);

// For the doors that notices come in through, so that whoever sends one learns what is wrong with
// it: texts are UTF-8 without control characters (tab and line breaks apart), addresses printable
// ASCII without spaces, and there is room for both with any handle. The error is for a person.
[[nodiscard]] Outcome<std::string> check_toast(const model::Toast& toast);
[[nodiscard]] Outcome<std::string> check_page(const model::IncomingPage& page);
// The same for one text and one address; `what` names it in the error.
[[nodiscard]] Outcome<std::string> check_text(std::string_view what, std::string_view text);
[[nodiscard]] Outcome<std::string> check_address(std::string_view what, std::string_view address);

// "…" in UTF-8, which ends a text that was cut.
inline constexpr std::string_view kCut = "\xE2\x80\xA6";
// How many of the first bytes of a UTF-8 text may stay: at most `room`, and no part of a character.
[[nodiscard]] std::size_t utf8_prefix(std::string_view text, std::size_t room);

}  // namespace monarch::msnp
