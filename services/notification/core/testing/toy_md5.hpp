// A stand-in for MD5: 32 hexadecimal digits that depend on every byte. Not for production.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace monarch::notification::testing {

inline std::string toy_md5(std::string_view bytes) {
  std::string digits;
  std::uint64_t state = 0xCBF29CE484222325ULL;
  while (digits.size() < 32) {
    for (const char c : bytes) state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    digits += "0123456789abcdef"[state >> 60U];
  }
  return digits;
}

}  // namespace monarch::notification::testing
