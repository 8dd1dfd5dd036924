#include "runtime/secure_random.hpp"

#include <gtest/gtest.h>
#include <set>

namespace monarch::runtime {
namespace {

TEST(SecureRandom, DoesNotRepeat) {
  SecureRandom one;
  SecureRandom two;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) {
    seen.insert(one.next());
    seen.insert(two.next());
  }
  EXPECT_EQ(seen.size(), 2000U);
  EXPECT_FALSE(seen.contains(0));
}

TEST(SecureRandom, StaysBelowItsBound) {
  SecureRandom random;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random.below(5));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2, 3, 4}));
}

}  // namespace
}  // namespace monarch::runtime
