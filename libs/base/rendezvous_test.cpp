#include "base/rendezvous.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
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

TEST(RendezvousOrder, IsTheSameForAllAndMovesOnlyWhatItMust) {
  const std::vector<std::string> names{"10.0.0.1:17100", "10.0.0.2:17100", "10.0.0.3:17100"};
  const std::vector<std::string> turned{names[2], names[0], names[1]};
  const std::vector<std::string> fewer{names[0], names[1]};
  std::map<std::string, int> first;
  for (int i = 0; i < 3000; ++i) {
    const std::string handle = "user" + std::to_string(i) + "@example.com";
    const auto order = rendezvous_order(handle, names);
    ASSERT_EQ(order.size(), 3U);
    EXPECT_EQ(std::set(order.begin(), order.end()), (std::set<std::size_t>{0, 1, 2}));
    EXPECT_EQ(names[order[0]], turned[rendezvous_order(handle, turned)[0]]);
    ++first[names[order[0]]];
    // Whoever is not among the lost one's keeps his; they go to who came second for them.
    const auto left = fewer[rendezvous_order(handle, fewer)[0]];
    EXPECT_EQ(left, names[order[0]] != names[2] ? names[order[0]] : names[order[1]]);
  }
  for (const auto& [name, count] : first) EXPECT_NEAR(count, 1000, 150) << name;
  EXPECT_TRUE(rendezvous_order("x", {}).empty());
}

}  // namespace
}  // namespace monarch
