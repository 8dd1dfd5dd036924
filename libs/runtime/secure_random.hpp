// SecureRandom: libsodium's generator behind the port of the cores. Any thread may have its own;
// one object belongs to one thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "base/random.hpp"

namespace monarch::runtime {

class SecureRandom final : public Random {
 public:
  SecureRandom();
  [[nodiscard]] std::uint64_t next() override;

 private:
  // Drawn in blocks: a system call per number would be dear.
  std::array<std::uint64_t, 64> block_{};
  std::size_t used_ = 64;
};

}  // namespace monarch::runtime
