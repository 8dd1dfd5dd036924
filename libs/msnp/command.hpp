// What passes between framer, command table and handlers: a command as views into bytes that
// somebody else holds. Values of one call; nothing here outlives the handling of the command.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "msnp/dialect.hpp"
#include "msnp/error_code.hpp"
#include "msnp/limits.hpp"

namespace monarch::msnp {

// One line of a client and the payload that belongs to it. The views are valid until the framer
// that made it is called again.
class Command {
 public:
  std::string_view verb;
  std::string_view payload;

  [[nodiscard]] std::span<const std::string_view> params() const {
    return {params_.data(), count_};
  }
  // The parameter at `index`, empty when there are not so many.
  [[nodiscard]] std::string_view param(std::size_t index) const {
    return index < count_ ? params_[index] : std::string_view();
  }

  void clear() {
    verb = {};
    payload = {};
    count_ = 0;
  }
  // False when kParametersMax are there already.
  [[nodiscard]] bool add_param(std::string_view param) {
    if (count_ == params_.size()) return false;
    params_[count_++] = param;
    return true;
  }

 private:
  std::size_t count_ = 0;
  std::array<std::string_view, kParametersMax> params_;
};

// The states of a session, one bit each; what the bits mean is the server's affair.
using StateMask = std::uint32_t;

// What a session is at the moment: it decides which commands exist and which carry a payload.
struct Scope {
  Dialect dialect = {};
  StateMask state = 0;
};

// Whether a command carries a payload (docs/protocol/framing.md#4-payload-commands).
struct PayloadRule {
  bool present = false;
  std::uint32_t bytes_max = 0;
  // Sent before the connection is closed for a length that is missing or no number; SDC: 503.
  ErrorCode bad_length_answer = ErrorCode::kNone;
  // The payload is read (and the command then refused) in dialects that lack the command, too: QRY.
  bool in_every_dialect = false;
};

// The command table's answer to the framer.
using PayloadLookup = PayloadRule (*)(std::string_view verb, Scope scope);

// 1 to 10 digits, at most 4294967295 (docs/protocol/framing.md#3-transaction-ids).
[[nodiscard]] bool is_transaction_id(std::string_view token);

}  // namespace monarch::msnp
