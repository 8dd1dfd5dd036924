// ErrorCounts: how often each numeric error was sent, for metrics: an operator sees by the code
// which limit is being hit. Owned by a core's counters; only ever rises.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "msnp/error_code.hpp"

namespace monarch::msnp {

// The codes that our servers send, as text, ascending
// (docs/protocol/errors.md#errors-by-command-what-our-server-sends). Any other counts
// under the last name.
inline constexpr std::array<std::string_view, 38> kCountedErrors = {
    "201", "205", "206", "207", "208", "209", "210", "215", "216", "217", "218", "219",  "223",
    "224", "225", "229", "230", "301", "420", "500", "501", "502", "503", "540", "600",  "601",
    "603", "710", "713", "715", "731", "800", "911", "913", "920", "923", "924", "other"};

struct ErrorCounts {
  std::array<std::uint64_t, kCountedErrors.size()> by_code{};

  void count(ErrorCode code) {
    const auto number = static_cast<unsigned>(code);
    const std::array<char, 3> text = {static_cast<char>('0' + number / 100 % 10),
                                      static_cast<char>('0' + number / 10 % 10),
                                      static_cast<char>('0' + number % 10)};
    const auto last = kCountedErrors.end() - 1;
    const auto place =
        std::lower_bound(kCountedErrors.begin(), last, std::string_view(text.data(), text.size()));
    const bool known = place != last && *place == std::string_view(text.data(), text.size());
    ++by_code[static_cast<std::size_t>((known ? place : last) - kCountedErrors.begin())];
  }
  // For tests.
  [[nodiscard]] std::uint64_t of(std::string_view code) const {
    const auto place = std::find(kCountedErrors.begin(), kCountedErrors.end(), code);
    return place == kCountedErrors.end()
               ? 0
               : by_code[static_cast<std::size_t>(place - kCountedErrors.begin())];
  }
};

[[nodiscard]] constexpr std::string_view counted_error(std::size_t i) { return kCountedErrors[i]; }

}  // namespace monarch::msnp
