#include "runtime/secure_random.hpp"

#include <sodium.h>
#include <utility>

#include "base/assert.hpp"

namespace monarch::runtime {

SecureRandom::SecureRandom() { MONARCH_ASSERT(sodium_init() >= 0); }

std::uint64_t SecureRandom::next() {
  if (used_ == block_.size()) {
    randombytes_buf(block_.data(), sizeof block_);
    used_ = 0;
  }
  // What was given out is forgotten: it may have become a secret.
  return std::exchange(block_[used_++], 0);
}

}  // namespace monarch::runtime
