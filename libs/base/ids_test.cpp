#include "base/ids.hpp"

#include <gtest/gtest.h>

namespace monarch {
namespace {

TEST(Serial, WrapsToOne) {
  EXPECT_EQ(next(Serial(1)), Serial(2));
  EXPECT_EQ(next(Serial(0xFFFFFFFFU)), Serial(1));
}

}  // namespace
}  // namespace monarch
