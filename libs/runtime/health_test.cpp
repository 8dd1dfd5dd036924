#include "runtime/health.hpp"

#include <gtest/gtest.h>
#include <vector>

namespace monarch::runtime {
namespace {

TEST(Health, IsReadyWhenEveryCheckIsOk) {
  Health health;
  EXPECT_TRUE(health.ready());
  auto& redis = health.add("redis");
  auto& presence = health.add("presence");
  EXPECT_FALSE(health.ready()) << "a check that was never made is no good sign";
  redis.set(true);
  presence.set(false, "connecting");
  EXPECT_FALSE(health.ready());
  EXPECT_EQ(health.describe(), "redis: ok\npresence: not ok (connecting)\n");
  presence.set(true);
  EXPECT_TRUE(health.ready());
  redis.set(false);
  EXPECT_TRUE(health.ready_apart_from(redis));
  EXPECT_FALSE(health.ready_apart_from(presence));
}

TEST(Health, ShowsAnAdvisoryCheckButIsReadyWithoutIt) {
  Health health;
  auto& redis = health.add_advisory("redis");
  auto& table = health.add("table");
  EXPECT_FALSE(health.ready());
  table.set(true);
  EXPECT_TRUE(health.ready());
  redis.set(false, "connecting");
  EXPECT_TRUE(health.ready());
  EXPECT_EQ(health.describe(), "redis (advisory): not ok (connecting)\ntable: ok\n");
}

TEST(Health, TellsWhenReadinessTurns) {
  Health health;
  auto& redis = health.add("redis");
  auto& other = health.add("other");
  std::vector<bool> turns;
  health.on_change([&](bool ready) { turns.push_back(ready); });
  redis.set(true);
  other.set(true);
  other.set(true, "still");
  redis.set(false);
  other.set(false);
  EXPECT_EQ(turns, (std::vector{false, true, false}));
}

}  // namespace
}  // namespace monarch::runtime
