// ForbiddenWords: what no user may call himself (docs/protocol/notification.md#rea-2-9). Read once
// at start; immutable afterwards.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace monarch::notification {

class ForbiddenWords {
 public:
  static constexpr std::size_t kWordsMax = 10'000;
  static constexpr std::size_t kWordBytesMax = 129;

  ForbiddenWords() = default;
  // A word a line; around it white space, and empty lines, do not count. The error says what is
  // wrong with which line.
  [[nodiscard]] static Result<ForbiddenWords, std::string> parse(std::string_view text);

  // Whether a word occurs anywhere in the name, whose URL coding is taken off first. ASCII letters
  // are the same in either case, others only when they are the same bytes.
  [[nodiscard]] bool occur_in(std::string_view name_token) const;
  [[nodiscard]] std::size_t size() const { return words_.size(); }

 private:
  std::vector<std::string> words_;  // in lower case
};

}  // namespace monarch::notification
