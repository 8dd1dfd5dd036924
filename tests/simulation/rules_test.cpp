// Each rule of ARCHITECTURE.md#truth-and-hints by a scenario of its own; the storm mixes them all.
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "town.hpp"

namespace monarch::simulation {
namespace {

TEST(Rule1Versions, AnOvertakenOrDoubledHintShowsNothing) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  std::vector<model::NodeHints> held;
  town.cluster.hint_copies = [&](const model::NodeHints& hints) {
    held.push_back(hints);
    return 0U;
  };
  alice.command("CHG", {"BSY"});
  alice.command("CHG", {"AWY"});
  town.pass(milliseconds(10));
  ASSERT_EQ(held.size(), 2U);
  for (const std::size_t i : {1, 0, 1, 0}) town.cluster.node(1)->hinted(held[i]);
  town.poll();
  EXPECT_EQ(Town::shown(bob, "alice"), "AWY");
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule2Serials, AGapIsFilledFromTheJournalBeforeAnythingNewer) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  auto& carol = town.join("carol", 2);
  unsigned messages = 0;
  town.cluster.hint_copies = [&](const model::NodeHints&) { return messages++ == 0 ? 0U : 1U; };
  alice.command("ADD", {"FL", Town::handle("bob"), "B"});
  town.pass(milliseconds(10));
  carol.command("ADD", {"FL", Town::handle("bob"), "B"});
  town.pass(milliseconds(10));
  EXPECT_TRUE(bob.events().empty());  // the second one is held for the first
  town.pass(seconds(1));
  ASSERT_EQ(bob.events().size(), 2U);
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule3Retries, ALostReplyStoresNothingTwice) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  bool lost = false;
  town.cluster.lose_reply = [&](const model::Request& request) {
    return std::holds_alternative<model::AddContact>(request) && !std::exchange(lost, true);
  };
  alice.command("ADD", {"FL", Town::handle("bob"), "B"});
  town.pass(seconds(3));
  EXPECT_TRUE(lost);
  EXPECT_TRUE(alice.idle());
  EXPECT_EQ(town.serial("alice"), Serial(2));
  EXPECT_EQ(bob.events().size(), 1U);
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule3Retries, PresenceMayDieBetweenAnyTwoSteps) {
  for (unsigned step = 0; step < 40; ++step) {
    Town town;
    auto& alice = town.join("alice", 0);
    auto& bob = town.join("bob", 1);
    town.befriend(alice, bob);
    alice.command("ADD", {"BL", Town::handle("nobody"), "N"});
    alice.command("REM", {"AL", Town::handle("bob")});
    alice.command("ADD", {"BL", Town::handle("bob"), "B"});
    town.steps(step);
    town.crash_all_presence();
    town.pass(seconds(5));
    ASSERT_TRUE(alice.idle()) << step;
    ASSERT_EQ(Town::shown(bob, "alice"), "") << step;
    ASSERT_EQ(town.verdict(), "") << step;
  }
}

TEST(Rule4SlowTruth, MendsWhatTheBusHasLost) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  town.cluster.hint_copies = [](const model::NodeHints&) { return 0U; };
  alice.command("CHG", {"BSY"});
  alice.command("REM", {"FL", Town::handle("bob")});
  town.pass(seconds(1));
  EXPECT_EQ(Town::shown(bob, "alice"), "NLN");
  EXPECT_EQ(town.repairs(), 0U);
  town.cluster.hint_copies = {};
  town.pass(kCalm);
  EXPECT_EQ(Town::shown(bob, "alice"), "BSY");
  EXPECT_GT(town.repairs(), 0U);
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule4SlowTruth, AReconnectIsComparedAtOnce) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  town.cluster.deafen(1);
  alice.command("CHG", {"BSY"});
  town.pass(seconds(1));
  town.cluster.hear(1);
  town.pass(seconds(3));
  EXPECT_EQ(Town::shown(bob, "alice"), "BSY");
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule5OneSession, TheLoserGoesEvenWhenTheKickIsLost) {
  Town town;
  auto& bob = town.join("bob", 2);
  auto& old = town.join("alice", 0);
  town.befriend(old, bob);
  town.cluster.hint_copies = [](const model::NodeHints&) { return 0U; };
  auto& fresh = town.join("alice", 1);
  town.cluster.hint_copies = {};
  EXPECT_FALSE(old.over());
  // Whatever it does next, it is told.
  old.command("CHG", {"BSY"});
  town.pass(seconds(1));
  EXPECT_TRUE(old.over());
  EXPECT_TRUE(fresh.signed_in());
  town.pass(kCalm);
  EXPECT_EQ(Town::shown(bob, "alice"), "NLN");
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule5OneSession, TheLoserDoesNotComeBackWhenTheWinnerHasGone) {
  Town town;
  auto& old = town.join("alice", 0);
  town.cluster.hint_copies = [](const model::NodeHints&) { return 0U; };
  auto& fresh = town.join("alice", 1);
  fresh.drop();
  town.pass(kCalm);
  EXPECT_TRUE(old.over());
  EXPECT_EQ(town.verdict(), "");
}

// The snapshot may be taken before or after what happens meanwhile, and come before or after its
// hint.
TEST(Rule6Order, WhatHappensDuringTheFirstChgIsMerged) {
  for (unsigned step = 0; step < 40; ++step) {
    Town town;
    auto& alice = town.join("alice", 0);
    auto& bob = town.join("bob", 1, false);
    bob.command("SYN", {"0"});
    town.pass(milliseconds(10));
    town.befriend(alice, bob);
    alice.command("CHG", {"PHN"});
    town.pass(milliseconds(10));
    ASSERT_TRUE(bob.shown().empty());  // before his first CHG
    bob.command("CHG", {"NLN"});
    town.steps(step);
    alice.command("CHG", {"BSY"});
    town.pass(milliseconds(10));
    ASSERT_EQ(Town::shown(bob, "alice"), "BSY") << step;
    ASSERT_EQ(town.verdict(), "") << step;
  }
}

TEST(Rule7Death, ADeadNodesUsersGoOfflineWithinTenSeconds) {
  for (unsigned step = 0; step < 40; ++step) {
    Town town;
    auto& bob = town.join("bob", 1);
    for (const char* name : {"alice", "carol"}) town.befriend(town.join(name, 0), bob);
    town.cluster.kill_node(0);
    town.pass(milliseconds(4'800));
    ASSERT_EQ(Town::shown(bob, "alice"), "NLN");  // not before it is sure
    // Whoever reaps may die, too.
    town.cluster.pass(milliseconds(500));
    town.steps(step);
    town.crash_all_presence();
    town.pass(seconds(4));
    ASSERT_EQ(Town::shown(bob, "alice"), "") << step;
    ASSERT_EQ(Town::shown(bob, "carol"), "") << step;
    ASSERT_EQ(town.verdict(), "") << step;
  }
}

TEST(Rule7Death, WhoWasDeclaredDeadOpensItsSessionsAnew) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  town.cluster.declare_dead(0);
  town.pass(seconds(2));
  EXPECT_EQ(Town::shown(bob, "alice"), "");
  town.cluster.tell_declared_dead(0);
  town.pass(seconds(2));
  EXPECT_EQ(Town::shown(bob, "alice"), "NLN");
  EXPECT_EQ(town.verdict(), "");
}

// Two racing sides, each through an instance that has the other's roster in its cache.
TEST(Rule8Caches, OneOfTwoRacingSidesSeesTheOther) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Town town(seed, true);
    auto& alice = town.join("alice", 0);
    auto& bob = town.join("bob", 1);
    alice.command("CHG", {"HDN"});
    town.pass(milliseconds(10));
    alice.command("CHG", {"BSY"});
    bob.command("ADD", {"FL", Town::handle("alice"), "A"});
    alice.command("BLP", {"BL"});
    alice.command("ADD", {"AL", Town::handle("bob"), "B"});
    town.pass(seconds(1));
    ASSERT_EQ(town.repairs(), 0U) << seed;
    ASSERT_EQ(town.verdict(), "") << seed;
  }
}

TEST(Rule9Locks, NumbersReachAllThoughPresenceDiesOnTheWay) {
  for (unsigned step = 0; step < 30; ++step) {
    Town town;
    auto& alice = town.join("alice", 0);
    for (const char* name : {"bob", "carol", "dave", "erin"})
      town.befriend(alice, town.join(name, 1));
    alice.command("PRP", {"PHH", "555"});
    town.steps(step);
    town.crash_all_presence();
    town.pass(seconds(5));
    ASSERT_EQ(town.verdict(), "") << step;
    for (const auto& client : town.clients) {
      if (client.get() == &alice) continue;
      ASSERT_EQ(client->lists().lists.at("FL").at(Town::handle("alice")).numbers[0], "555") << step;
    }
  }
}

TEST(Rule10Mirrors, EachRowKnowsTheOthersBits) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  const auto row = [&](const char* owner) {
    const auto roster = town.cluster.store().peek(town.account(owner));
    return roster->entries.empty() ? presence::Entry{} : roster->entries.front();
  };
  alice.command("ADD", {"FL", Town::handle("bob"), "B"});
  bob.command("ADD", {"BL", Town::handle("alice"), "A"});
  town.pass(milliseconds(10));
  EXPECT_TRUE(row("bob").in_forward);
  EXPECT_TRUE(row("alice").in_block);
  EXPECT_FALSE(row("alice").in_forward);
  EXPECT_EQ(town.verdict(), "");
  alice.command("REM", {"FL", Town::handle("bob")});
  bob.command("REM", {"BL", Town::handle("alice")});
  town.pass(milliseconds(10));
  EXPECT_TRUE(row("alice").empty());
  EXPECT_TRUE(row("bob").empty());
  EXPECT_EQ(town.verdict(), "");
}

// 501 with nothing half done; CHG is answered by the node and announced on recovery.
TEST(Rule11Away, WithoutRedis) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  town.create("carol");
  const auto serial = town.serial("alice");
  town.cluster.take_redis_away();
  alice.command("ADD", {"BL", Town::handle("bob"), "B"});
  alice.command("REM", {"AL", Town::handle("bob")});
  alice.command("SYN", {"0"});
  alice.command("CHG", {"BSY"});
  auto& carol = town.join("carol", 2, false);
  town.pass(seconds(20));
  EXPECT_TRUE(alice.idle());
  EXPECT_EQ(alice.status(), "BSY");
  EXPECT_TRUE(carol.over());  // 600
  EXPECT_EQ(town.serial("alice"), serial);
  town.cluster.bring_redis_back(false);
  town.pass(seconds(5));
  EXPECT_EQ(Town::shown(bob, "alice"), "BSY");
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule11Away, WithoutPostgres) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  town.create("carol");
  const auto serial = town.serial("alice");
  town.cluster.take_store_away();
  alice.command("ADD", {"BL", Town::handle("bob"), "B"});
  alice.command("SYN", {"0"});
  alice.command("CHG", {"BSY"});
  auto& carol = town.join("carol", 2, false);
  town.pass(seconds(20));
  EXPECT_TRUE(alice.idle());
  EXPECT_TRUE(carol.over());  // 603
  town.cluster.bring_store_back();
  town.pass(seconds(5));
  EXPECT_EQ(town.serial("alice"), serial);
  EXPECT_EQ(Town::shown(bob, "alice"), "BSY");
  EXPECT_EQ(town.verdict(), "");
}

TEST(Rule11Away, RedisComesBackEmpty) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  town.cluster.take_redis_away();
  alice.command("CHG", {"BSY"});
  town.pass(seconds(6));
  town.cluster.bring_redis_back(true);
  town.pass(seconds(15));
  EXPECT_EQ(Town::shown(bob, "alice"), "BSY");
  EXPECT_EQ(Town::shown(alice, "bob"), "NLN");
  EXPECT_EQ(town.verdict(), "");
}

}  // namespace
}  // namespace monarch::simulation
