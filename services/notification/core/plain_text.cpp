#include "notification/core/plain_text.hpp"

#include <algorithm>
#include <cstddef>

#include "msnp/url_coding.hpp"

namespace monarch::notification {

namespace {

// Of a well-formed sequence.
char32_t code_point(std::string_view sequence) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(sequence[i]); };
  if (sequence.size() == 1) return byte(0);
  constexpr unsigned char kLeadBits[] = {0x1F, 0x0F, 0x07};
  char32_t value = byte(0) & kLeadBits[sequence.size() - 2];
  for (std::size_t i = 1; i < sequence.size(); ++i) value = value << 6U | (byte(i) & 0x3FU);
  return value;
}

bool is_line_end(char32_t point) {
  return point == '\n' || point == 0x85 || point == 0x2028 || point == 0x2029;
}

// C0, DEL and C1 (a line end is not asked about), and the marks of bidirectional writing.
bool is_left_out(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) || point == 0x200E || point == 0x200F ||
         (point >= 0x202A && point <= 0x202E) || (point >= 0x2066 && point <= 0x2069) ||
         point == 0xFEFF;
}

}  // namespace

std::string plain_text(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = msnp::utf8_sequence(text);
    if (length == 0) {
      plain += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const auto point = code_point(text.substr(0, length));
    // CR LF and CR alone are one line end each.
    const bool cr = point == '\r';
    if (cr && text.size() > 1 && text[1] == '\n') text.remove_prefix(1);
    if (cr || is_line_end(point)) {
      plain += '\n';
    } else if (point == '\t') {
      plain += ' ';
    } else if (!is_left_out(point)) {
      plain += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return plain;
}

std::string plain_line(std::string_view text) {
  auto line = plain_text(text);
  std::replace(line.begin(), line.end(), '\n', ' ');
  return line;
}

}  // namespace monarch::notification
