#include "testing/transcript/wire.hpp"

#include <charconv>

namespace monarch::transcript {
namespace {

// Never a longer one in MSNP2-7: docs/protocol/framing.md#2-command-lines.
constexpr std::size_t kLineMax = 1200;
constexpr std::size_t kPayloadMax = 65536;

bool announces_payload(std::string_view line) {
  return line.starts_with("MSG ") || line.starts_with("NOT ") || line.starts_with("IPG ");
}

}  // namespace

Result<std::optional<Unit>, std::string> Wire::next() {
  const auto end = buffer_.find('\n');
  if (end == std::string::npos) {
    if (buffer_.size() > kLineMax) return fail(std::string("a line longer than 1200 bytes"));
    return std::optional<Unit>();
  }
  if (end + 1 > kLineMax) return fail(std::string("a line longer than 1200 bytes"));
  if (end == 0 || buffer_[end - 1] != '\r') return fail(std::string("LF without CR"));
  Unit unit{buffer_.substr(0, end - 1), std::nullopt};
  std::size_t size = end + 1;
  if (announces_payload(unit.line)) {
    const std::string_view announced = std::string_view(unit.line).substr(unit.line.rfind(' ') + 1);
    std::size_t length = 0;
    const auto [stop, error] =
        std::from_chars(announced.data(), announced.data() + announced.size(), length);
    if (error != std::errc() || stop != announced.data() + announced.size() ||
        length > kPayloadMax) {
      return fail("no payload length in: " + visible(unit.line));
    }
    if (buffer_.size() < size + length) return std::optional<Unit>();
    unit.payload = buffer_.substr(size, length);
    size += length;
  }
  buffer_.erase(0, size);
  return std::optional<Unit>(std::move(unit));
}

void Wire::note(char who, std::string_view bytes, std::size_t keep) {
  log_.push_back(std::string(1, who) + ": " + visible(bytes));
  while (log_.size() > keep) log_.pop_front();
}

std::string visible(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    constexpr std::string_view kHex = "0123456789abcdef";
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      text += "\\r";
    } else if (c == '\n') {
      text += "\\n";
    } else if (c == '\t') {
      text += "\\t";
    } else if (byte < ' ' || byte == 0x7f) {
      text += "\\x";
      text += kHex[byte >> 4U];
      text += kHex[byte & 15U];
    } else {
      text += c;
    }
  }
  return text;
}

}  // namespace monarch::transcript
