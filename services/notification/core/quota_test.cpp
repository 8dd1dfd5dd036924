#include "notification/core/quota.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

constexpr AccountId kAlice{1};
constexpr AccountId kBob{2};

TEST(Quota, IsCountedPerAccountAndForAll) {
  Quota quota;
  const QuotaLimits limits{.per_account = 2, .in_all = 3, .window = std::chrono::seconds(60)};
  const TimePoint now{std::chrono::hours(1)};
  EXPECT_TRUE(quota.take(kAlice, now, limits));
  EXPECT_TRUE(quota.take(kAlice, now, limits));
  EXPECT_FALSE(quota.take(kAlice, now, limits));
  EXPECT_TRUE(quota.take(kBob, now, limits));
  EXPECT_FALSE(quota.take(kBob, now, limits)) << "three in all";
}

TEST(Quota, ComesBackWhenTheWindowHasPassed) {
  Quota quota;
  const QuotaLimits limits{.per_account = 1, .in_all = 10, .window = std::chrono::seconds(60)};
  const TimePoint now{std::chrono::hours(1)};
  EXPECT_TRUE(quota.take(kAlice, now, limits));
  EXPECT_FALSE(quota.take(kAlice, now + std::chrono::seconds(59), limits));
  EXPECT_TRUE(quota.take(kAlice, now + std::chrono::seconds(60), limits));
}

TEST(Quota, OfNothingIsNeverGiven) {
  Quota quota;
  EXPECT_FALSE(quota.take(kAlice, TimePoint(std::chrono::hours(1)),
                          {.per_account = 0, .in_all = 10, .window = std::chrono::seconds(1)}));
}

}  // namespace
}  // namespace monarch::notification
