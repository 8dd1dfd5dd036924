#include "testing/cluster/loopback.hpp"

#include <gtest/gtest.h>

namespace monarch::testing {
namespace {

TEST(Loopback, EachCornerIsAnother) {
  const std::string one = fresh_loopback_corner();
  EXPECT_TRUE(one.starts_with("127."));
  EXPECT_NE(one, fresh_loopback_corner());
}

TEST(Loopback, AnEndpointThatIsNotThereIsAnError) {
  const auto answer =
      ask_admin(fresh_loopback_corner() + ".1", kAdminPort, "/readyz", std::chrono::seconds(1));
  EXPECT_FALSE(answer.ok());
}

}  // namespace
}  // namespace monarch::testing
