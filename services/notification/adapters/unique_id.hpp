// A name that nothing else has: 128 random bits in hexadecimal digits.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.hpp"

namespace monarch::notification {

[[nodiscard]] inline std::string unique_id(Random& random) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr unsigned kBits = 64;
  std::string id;
  for (int half = 0; half < 2; ++half) {
    const std::uint64_t number = random.next();
    for (unsigned shift = kBits; shift > 0;) {
      shift -= 4;
      id += kDigits[number >> shift & 15U];
    }
  }
  return id;
}

}  // namespace monarch::notification
