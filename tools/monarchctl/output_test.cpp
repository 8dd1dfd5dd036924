#include "monarchctl/output.hpp"

#include <gtest/gtest.h>

namespace monarch::ctl {
namespace {

TEST(Table, AlignsByCharactersAndLeavesTheLastColumnBare) {
  EXPECT_EQ(table({{"A", "NAME", "X"}, {"12", "J\xC3\xB6rg", "y"}}),
            "A   NAME  X\n12  J\xC3\xB6rg  y\n");
  EXPECT_EQ(table({}), "");
}

TEST(Utc, IsIso8601) {
  EXPECT_EQ(utc(0), "1970-01-01T00:00:00Z");
  EXPECT_EQ(utc(1'050'223'000), "2003-04-13T08:36:40Z");
}

}  // namespace
}  // namespace monarch::ctl
