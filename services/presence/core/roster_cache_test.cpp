#include "presence/core/roster_cache.hpp"

#include <gtest/gtest.h>

namespace monarch::presence {
namespace {

RosterPtr roster(std::uint64_t account, Revision revision = 1, std::size_t entries = 0) {
  RosterData data;
  data.principal.account = AccountId(account);
  data.principal.revision = revision;
  data.entries.resize(entries);
  return std::make_shared<const RosterData>(std::move(data));
}

TEST(RosterCache, KeepsTheNewer) {
  RosterCache cache(1U << 20U);
  EXPECT_EQ(cache.get(AccountId(1)), nullptr);
  cache.put(roster(1, 5));
  cache.put(roster(1, 4));
  EXPECT_EQ(cache.get(AccountId(1))->principal.revision, 5U);
  cache.put(roster(1, 6));
  EXPECT_EQ(cache.get(AccountId(1))->principal.revision, 6U);
  EXPECT_EQ(cache.size(), 1U);
  cache.drop(AccountId(1));
  cache.drop(AccountId(1));
  EXPECT_EQ(cache.get(AccountId(1)), nullptr);
  EXPECT_EQ(cache.bytes(), 0U);
}

TEST(RosterCache, TheLeastRecentlyUsedGoesFirst) {
  const std::size_t one = bytes_of(*roster(1));
  RosterCache cache(3 * one);
  for (std::uint64_t n = 1; n <= 3; ++n) cache.put(roster(n));
  EXPECT_EQ(cache.bytes(), 3 * one);
  EXPECT_NE(cache.get(AccountId(1)), nullptr);
  cache.put(roster(4));
  EXPECT_EQ(cache.get(AccountId(2)), nullptr);
  EXPECT_NE(cache.get(AccountId(1)), nullptr);
  EXPECT_EQ(cache.size(), 3U);
}

TEST(RosterCache, ABigOneCostsManyOrStaysOut) {
  RosterCache cache(bytes_of(*roster(1, 1, 10)));
  cache.put(roster(1));
  cache.put(roster(2));
  cache.put(roster(3, 1, 10));
  EXPECT_EQ(cache.size(), 1U);
  cache.put(roster(4, 1, 11));
  EXPECT_EQ(cache.get(AccountId(4)), nullptr);
  EXPECT_NE(cache.get(AccountId(3)), nullptr);
}

}  // namespace
}  // namespace monarch::presence
