// What becomes of a change whose client never heard of it, and of groups that go with their
// contacts: ARCHITECTURE.md#rule-2, #rule-3, docs/decisions/0011-groups-go-in-two-steps.md.
#include <gtest/gtest.h>
#include <string>
#include <variant>

#include "town.hpp"

namespace monarch::simulation {
namespace {

// Every reply to such a request is lost from here on: it is stored, and its client told 501.
template <class Request>
void lose_replies(Town& town) {
  town.cluster.lose_reply = [](const model::Request& request) {
    return std::holds_alternative<Request>(request);
  };
}

// The lines that told a client what no reply had told.
std::string lines(const Client& client) {
  std::string text;
  for (const auto& event : client.events()) text += event.line + "\n";
  return text;
}

TEST(OwnChanges, AnAddThatWasStoredAllTheSameIsShown) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  lose_replies<model::AddContact>(town);
  alice.command("ADD", {"FL", Town::handle("bob"), "B"});
  town.pass(seconds(10));
  EXPECT_TRUE(alice.idle());
  EXPECT_EQ(town.serial("alice"), Serial(2)) << "stored, once";
  EXPECT_EQ(lines(alice), "") << "and not known to her";
  town.cluster.lose_reply = {};
  town.pass(kCalm);
  EXPECT_EQ(lines(alice), "ADD 0 FL 2 bob@example.com B\n");
  EXPECT_EQ(Town::shown(alice, "bob"), "NLN");
  bob.command("CHG", {"AWY"});
  town.pass(seconds(1));
  EXPECT_EQ(Town::shown(alice, "bob"), "AWY");
  EXPECT_EQ(town.verdict(), "");
}

TEST(OwnChanges, ARemovalThatWasStoredAllTheSameIsShown) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  town.befriend(alice, bob);
  const auto serial = town.serial("alice");
  lose_replies<model::RemoveContact>(town);
  alice.command("REM", {"FL", Town::handle("bob")});
  alice.command("REM", {"AL", Town::handle("bob")});
  town.pass(seconds(15));
  EXPECT_TRUE(alice.idle());
  town.cluster.lose_reply = {};
  // The next change that is answered brings them along.
  alice.command("GTC", {"N"});
  town.pass(seconds(1));
  EXPECT_NE(lines(alice).find("REM 0 FL " + std::to_string(next(serial).value())),
            std::string::npos);
  EXPECT_NE(lines(alice).find("REM 0 AL "), std::string::npos);
  EXPECT_EQ(Town::shown(alice, "bob"), "");
  bob.command("CHG", {"AWY"});
  town.pass(seconds(1));
  EXPECT_EQ(Town::shown(alice, "bob"), "");
  EXPECT_EQ(town.verdict(), "");
}

TEST(OwnChanges, AnAdministratorsChangeIsShownWithTheContactsStatus) {
  Town town;
  auto& alice = town.join("alice", 0);
  auto& bob = town.join("bob", 1);
  for (const auto list : {model::List::kAllow, model::List::kForward}) {
    model::AddContact add;
    add.attempt.session.account = town.account("alice");
    add.list = list;
    add.handle = Town::handle("bob");
    add.name = "Bob";
    EXPECT_TRUE(std::holds_alternative<model::Changed>(town.cluster.ask(add)));
  }
  town.pass(seconds(1));
  EXPECT_EQ(lines(alice), "ADD 0 AL 2 bob@example.com Bob\nADD 0 FL 3 bob@example.com Bob\n");
  EXPECT_EQ(lines(bob), "ADD 0 RL 2 alice@example.com Name-alice\n");
  EXPECT_EQ(Town::shown(alice, "bob"), "NLN");
  bob.command("CHG", {"AWY"});
  town.pass(seconds(1));
  EXPECT_EQ(Town::shown(alice, "bob"), "AWY");
  model::RemoveContact remove;
  remove.attempt.session.account = town.account("alice");
  remove.handle = Town::handle("bob");
  EXPECT_TRUE(std::holds_alternative<model::Changed>(town.cluster.ask(remove)));
  bob.command("CHG", {"BSY"});
  town.pass(seconds(1));
  EXPECT_EQ(Town::shown(alice, "bob"), "");
  EXPECT_EQ(town.repairs(), 0U);
  EXPECT_EQ(town.verdict(), "");
}

TEST(OwnChanges, PresenceMayDieAnywhereInAnAddToAGroup) {
  for (unsigned step = 0; step < 25; ++step) {
    Town town;
    auto& alice = town.join("alice", 0, true, 7);
    town.join("bob", 1);
    alice.command("ADG", {"Work", "0"});
    town.pass(seconds(1));
    alice.command("ADD", {"FL", Town::handle("bob"), "B", "1"});
    town.steps(step);
    // Nobody comes back before she is told 501.
    for (std::size_t i = 0; i < town.cluster.instances(); ++i) town.cluster.crash_instance(i);
    town.pass(seconds(10));
    ASSERT_TRUE(alice.idle()) << step;
    for (std::size_t i = 0; i < town.cluster.instances(); ++i) town.cluster.start_instance(i);
    town.pass(kCalm);
    ASSERT_EQ(town.verdict(), "") << step;
  }
}

TEST(Groups, PresenceMayDieAnywhereInTheirRemoval) {
  for (unsigned step = 0; step < 40; ++step) {
    Town town;
    auto& alice = town.join("alice", 0, true, 7);
    auto& bob = town.join("bob", 1);
    auto& carol = town.join("carol", 2, true, 7);
    alice.command("ADG", {"Work", "0"});
    for (const char* name : {"bob", "carol"}) {
      alice.command("ADD", {"FL", Town::handle(name), "N", "1"});
    }
    alice.command("ADD", {"FL", Town::handle("carol"), "N", "0"});
    town.pass(seconds(1));
    alice.command("RMG", {"1"});
    town.steps(step);
    town.crash_all_presence();
    town.pass(seconds(5));
    ASSERT_TRUE(alice.idle()) << step;
    ASSERT_EQ(town.verdict(), "") << step;
    ASSERT_EQ(lines(bob),
              "ADD 0 RL 2 alice@example.com Name-alice\nREM 0 RL 3 alice@example.com\n");
    ASSERT_EQ(carol.events().size(), 1U) << step;
    ASSERT_EQ(Town::shown(alice, "bob"), "") << step;
    ASSERT_EQ(Town::shown(alice, "carol"), "NLN") << step;
  }
}

TEST(Groups, WhatARemovalOwesIsPaidWhenNobodyAsksAgain) {
  Town town;
  auto& alice = town.join("alice", 0, true, 7);
  auto& bob = town.join("bob", 1);
  alice.command("ADG", {"Work", "0"});
  alice.command("ADD", {"FL", Town::handle("bob"), "N", "1"});
  town.pass(seconds(1));
  alice.command("RMG", {"1"});
  // To the moment at which her rows are written and his are not.
  for (int i = 0; i < 200; ++i) {
    if (town.cluster.store().peek(town.account("alice"))->principal.unlink_owed != 0) break;
    town.steps(1);
  }
  ASSERT_NE(town.cluster.store().peek(town.account("alice"))->principal.unlink_owed, 0U);
  for (std::size_t i = 0; i < town.cluster.instances(); ++i) town.cluster.crash_instance(i);
  alice.drop();
  town.pass(seconds(15));
  for (std::size_t i = 0; i < town.cluster.instances(); ++i) town.cluster.start_instance(i);
  town.pass(seconds(15));
  EXPECT_EQ(bob.events().size(), 1U);
  town.join("alice", 2, true, 7);
  town.pass(seconds(1));
  EXPECT_EQ(bob.events().size(), 2U);
  EXPECT_EQ(town.verdict(), "");
}

}  // namespace
}  // namespace monarch::simulation
