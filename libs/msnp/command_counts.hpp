// CommandCounts: how the commands of clients ended, by verb, for metrics. Owned by a core's
// counters; only ever rises. CommandUnderWay: the one that a session is answering, until its end is
// known; a session has one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include "msnp/close_reason.hpp"

namespace monarch::msnp {

enum class CommandResult : std::uint8_t {
  kOk,      // done: answered, or nothing was to be said
  kError,   // answered with a numeric error, whether or not the connection ended with it
  kClosed,  // the connection ended instead of an answer
};
inline constexpr std::size_t kCommandResults = 3;
[[nodiscard]] std::string_view to_string(CommandResult result);

// By the row of a server's command table.
template <std::size_t kRowsMax>
struct CommandCounts {
  std::array<std::array<std::uint64_t, kCommandResults>, kRowsMax> by_row{};

  // For tests.
  [[nodiscard]] std::uint64_t of(std::size_t row, CommandResult result) const {
    return by_row.at(row)[static_cast<std::size_t>(result)];
  }
};

class CommandUnderWay {
 public:
  // `row`: of a verb that the server knows.
  void begin(std::optional<std::size_t> row) {
    row_ = row ? static_cast<std::uint8_t>(*row) : kNone;
    result_ = CommandResult::kOk;
  }
  void failed() { result_ = CommandResult::kError; }
  // The connection ends for this reason; an error that was said before is what the client knows.
  void closed(CloseReason reason) {
    const bool done = reason == CloseReason::kReferred || reason == CloseReason::kVersionChecked ||
                      reason == CloseReason::kClientLeft;
    if (!done && result_ == CommandResult::kOk) result_ = CommandResult::kClosed;
  }
  // Counts it, once. Without one under way nothing happens.
  template <std::size_t kRowsMax>
  void end(CommandCounts<kRowsMax>& counts) {
    static_assert(kRowsMax < kNone);
    const auto row = std::exchange(row_, kNone);
    if (row != kNone) ++counts.by_row.at(row)[static_cast<std::size_t>(result_)];
  }

 private:
  static constexpr std::uint8_t kNone = 255;
  std::uint8_t row_ = kNone;
  CommandResult result_ = CommandResult::kOk;
};

}  // namespace monarch::msnp
