// A line or payload with the values in it that a test cannot know beforehand: `<challenge>`,
// `<ns:1>`, `<word:ticket>` …. A pattern matches what a server sent, binding a name at its first
// sight and comparing afterwards, and renders what a client sends. The tokens are described in
// tests/transcripts/README.md.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "testing/transcript/fixture.hpp"

namespace monarch::transcript {

struct Piece {
  enum class Kind {
    kText,         // `text`, byte for byte
    kChallenge,    // digits and dots; remembered per connection
    kDigest,       // MD5 of the connection's challenge and the password `text`
    kUpperDigest,  // the same in upper case
    kDigits,       // digits, bound to `text` unless that is empty
    kNumber,       // the same with a minus sign allowed
    kWord,         // anything without white space, bound likewise
    kAnswer,       // the answer of a client to the challenge bound to `text` (QRY)
    kHex,          // the number bound to `text` as eight hexadecimal digits
    kLength,       // size of the payload that follows
    kNode,         // the address of `node`
    kAddress,      // the address of some ready node of `node.role`, bound to `text`
  };
  Kind kind = Kind::kText;
  std::string text;
  Node node;
};

using Pattern = std::vector<Piece>;

// What a client makes of the challenge of its connection.
[[nodiscard]] bool is_digest(const Piece& piece);

// One line from the server, with its payload if the command has one.
struct Expected {
  Pattern line;
  std::optional<Pattern> payload;
  int at = 0;  // line of the transcript
};

// Where text stands decides which escapes it may use.
enum class Form {
  kLine,   // `C:` and `S:`: no control bytes
  kBytes,  // `C!`, `C|`, `S|`: \r \n \t \xHH too
};

// The error says what is wrong, without file and line.
[[nodiscard]] Result<Pattern, std::string> parse_pattern(std::string_view text, Form form,
                                                         const Fixture& fixture);

// A pattern that is this text.
[[nodiscard]] Pattern literal(std::string text);
// The text if the pattern has no variable part.
[[nodiscard]] std::optional<std::string> constant(const Pattern& pattern);
// As a person would write it, for error messages.
[[nodiscard]] std::string describe(const Pattern& pattern);

// What is known while a transcript is played. Copied to try a match.
struct Bindings {
  std::map<std::string, std::string> values;      // by name
  std::map<std::string, std::string> challenges;  // by connection
};

// How a pattern asks for addresses.
struct Addresses {
  std::function<Result<std::string, std::string>(const Node&)> of;
  std::function<std::vector<std::string>(Role)> ready;
};

// Whether `bytes` are what the pattern says; binds what is new. `length` is the size of the
// payload.
[[nodiscard]] bool matches(const Pattern& pattern, std::string_view bytes, const std::string& conn,
                           std::size_t length, const Addresses& addresses, Bindings& bindings);

[[nodiscard]] Result<std::string, std::string> render(const Pattern& pattern,
                                                      const std::string& conn, std::size_t length,
                                                      const Addresses& addresses,
                                                      const Bindings& bindings);

// Lower-case hexadecimal MD5.
[[nodiscard]] std::string md5_hex(std::string_view bytes);

}  // namespace monarch::transcript
