// What a server sends on one connection, cut into lines with their payloads. Stricter than any
// client: only CR LF ends a line. Used by the player only.
#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace monarch::transcript {

// A line without its CR LF, and the payload if the command has one.
struct Unit {
  std::string line;
  std::optional<std::string> payload;
};

class Wire {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  // The next whole unit, nothing if it is not complete; an error if no server may send this.
  [[nodiscard]] Result<std::optional<Unit>, std::string> next();
  [[nodiscard]] const std::string& rest() const { return buffer_; }

  // For failure reports: what was said, newest last, with control bytes made visible.
  void note(char who, std::string_view bytes, std::size_t keep);
  [[nodiscard]] const std::deque<std::string>& log() const { return log_; }

 private:
  std::string buffer_;
  std::deque<std::string> log_;
};

// Control bytes as escapes.
[[nodiscard]] std::string visible(std::string_view bytes);

}  // namespace monarch::transcript
