// The coding of names in parameters (docs/protocol/framing.md#6-character-set-and-url-encoding): a
// name is kept and passed on as the token that the client sent, so that everybody sees his bytes.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace monarch::msnp {

// Every '%' begins an escape, and the decoded bytes are UTF-8 without control bytes. Raw 8-bit
// bytes are allowed. An empty token is none.
[[nodiscard]] bool is_name_token(std::string_view token);

// The token as it is stored and sent: as received, raw 8-bit bytes escaped. Nothing when it is not
// a name token. Its length may be greater than the token's: check limits on the result.
[[nodiscard]] std::optional<std::string> canonical_name_token(std::string_view token);

// For names made by ourselves: escapes all but A–Z a–z 0–9 - _ . ! ~ * ' ( ) @.
[[nodiscard]] std::string encode_name(std::string_view name);

// The bytes that a token stands for; what is no escape stays as it is.
[[nodiscard]] std::string decode_name(std::string_view token);

[[nodiscard]] bool is_utf8(std::string_view bytes);

// How long the well-formed UTF-8 sequence at the front of `bytes` is; 0 when there is none.
// `bytes` is not empty.
[[nodiscard]] std::size_t utf8_sequence(std::string_view bytes);

// For a value in the query of a URL of our own (RFC 3986): escapes all but A–Z a–z 0–9 - . _ ~.
[[nodiscard]] std::string encode_query(std::string_view value);

}  // namespace monarch::msnp
