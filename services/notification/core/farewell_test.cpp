#include "notification/core/farewell.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const TimePoint kStart{seconds(100)};

// Calls it whenever it wants to be called; how many were told, and when the last one was.
struct Told {
  std::size_t people = 0;
  std::size_t calls = 0;
  std::size_t most_at_once = 0;
  TimePoint last{};
};
Told run(Farewell& farewell, std::size_t people) {
  Told told;
  while (told.people < people && told.calls < 1'000'000) {
    const auto now = farewell.due();
    const auto count = farewell.take(now, people - told.people);
    ++told.calls;
    told.people += count;
    told.most_at_once = std::max(told.most_at_once, count);
    if (count > 0) told.last = now;
  }
  return told;
}

TEST(Farewell, KeepsTheRateThatWasAskedFor) {
  Farewell farewell(kStart, kStart + seconds(60), 50, 100);
  EXPECT_EQ(farewell.last(), kStart + seconds(2));
  const auto told = run(farewell, 100);
  EXPECT_EQ(told.people, 100U);
  EXPECT_EQ(told.most_at_once, 1U);
  EXPECT_EQ(told.last, kStart + seconds(2));
}

TEST(Farewell, NobodyIsToldBeforeHisTime) {
  Farewell farewell(kStart, kStart + seconds(60), 10, 100);
  EXPECT_EQ(farewell.take(kStart, 100), 0U);
  EXPECT_EQ(farewell.take(kStart + milliseconds(99), 100), 0U);
  EXPECT_EQ(farewell.take(kStart + milliseconds(100), 100), 1U);
  EXPECT_EQ(farewell.take(kStart + milliseconds(100), 99), 0U);
}

TEST(Farewell, WhoIsLateCatchesUp) {
  Farewell farewell(kStart, kStart + seconds(60), 10, 100);
  EXPECT_EQ(farewell.take(kStart + seconds(1), 100), 10U);
}

TEST(Farewell, IsFasterWhenTheTimeIsShort) {
  Farewell farewell(kStart, kStart + seconds(10), 50, 10'000);
  const auto told = run(farewell, 10'000);
  EXPECT_EQ(told.people, 10'000U);
  EXPECT_LE(told.last, kStart + seconds(10));
  // In steps that a loop can keep, and evenly.
  EXPECT_LE(told.calls, 1'001U);
  EXPECT_LE(told.most_at_once, 11U);
}

TEST(Farewell, AtTheEndAllWhoAreLeftAreTold) {
  Farewell farewell(kStart, kStart + seconds(2), 50, 10);
  EXPECT_EQ(farewell.take(kStart + seconds(2), 700), 700U);
  // Whoever came in between, too.
  EXPECT_EQ(farewell.take(farewell.due(), 3), 3U);
}

TEST(Farewell, WithoutTimeEverybodyGoesAtOnce) {
  Farewell farewell(kStart, kStart - seconds(1), 1, 10);
  EXPECT_EQ(farewell.due(), kStart);
  EXPECT_EQ(farewell.take(kStart, 10), 10U);
}

TEST(Farewell, NobodyThereIsNoTrouble) {
  Farewell farewell(kStart, kStart + seconds(2), 0, 0);
  EXPECT_EQ(farewell.take(kStart + seconds(1), 0), 0U);
}

}  // namespace
}  // namespace monarch::notification
