#include "base/rendezvous.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <vector>

namespace monarch {
namespace {

std::vector<NodeId> nodes(int count) {
  std::vector<NodeId> ids;
  for (int i = 1; i <= count; ++i) ids.emplace_back("presence-" + std::to_string(i));
  return ids;
}

TEST(Rendezvous, DoesNotDependOnTheOrder) {
  auto ids = nodes(7);
  auto reversed = ids;
  std::reverse(reversed.begin(), reversed.end());
  for (std::uint64_t account = 0; account < 1000; ++account) {
    EXPECT_EQ(rendezvous_pick(AccountId(account), ids),
              rendezvous_pick(AccountId(account), reversed));
  }
}

TEST(Rendezvous, SpreadsEvenly) {
  const auto ids = nodes(5);
  std::map<NodeId, int> share;
  constexpr int kAccounts = 50'000;
  for (std::uint64_t account = 1; account <= kAccounts; ++account) {
    ++share[rendezvous_pick(AccountId(account), ids)];
  }
  ASSERT_EQ(share.size(), 5U);
  for (const auto& [id, count] : share) {
    EXPECT_NEAR(count, kAccounts / 5, kAccounts / 50) << id.value();
  }
}

TEST(Rendezvous, ANodeThatGoesMovesOnlyItsOwn) {
  const auto all = nodes(5);
  auto fewer = all;
  fewer.erase(fewer.begin() + 2);
  int moved = 0;
  for (std::uint64_t account = 1; account <= 10'000; ++account) {
    const auto& before = rendezvous_pick(AccountId(account), all);
    const auto& after = rendezvous_pick(AccountId(account), fewer);
    if (before == all[2]) {
      ++moved;
    } else {
      EXPECT_EQ(before, after);
    }
  }
  EXPECT_GT(moved, 0);
}

// N and N+1 must agree: these may never change.
TEST(Rendezvous, IsTheSameForEver) {
  const auto ids = nodes(4);
  std::string picks;
  for (std::uint64_t account = 1; account <= 16; ++account) {
    picks += rendezvous_pick(AccountId(account), ids).value().back();
  }
  EXPECT_EQ(picks, "3131313144232423");
}

}  // namespace
}  // namespace monarch
