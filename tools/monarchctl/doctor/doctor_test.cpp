#include "monarchctl/doctor/doctor.hpp"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <set>
#include <string>
#include <unistd.h>
#include <vector>

#include "monarchctl/doctor/advice.hpp"
#include "monarchctl/doctor/testing/fake_house.hpp"

namespace monarch::ctl::doctor {
namespace {

using namespace std::chrono_literals;
using testing::FakeHouse;
using testing::FakeOffice;

struct Examination : ::testing::Test {
  FakeOffice office;
  SeededRandom random{7};
  Plan plan;
  std::vector<Hop> hops;
  // The hop behind which a silence is coming, so that only that one is cut short.
  std::string hurry_after;

  void SetUp() override {
    plan.tell = [this](const Hop& hop) {
      hops.push_back(hop);
      if (hop.name == hurry_after) plan.timeout = 50ms;
    };
  }
  // With a house that goes wrong in this way.
  Output see(std::map<std::string, std::string> instead) {
    const FakeHouse house(office, std::move(instead));
    return examine(office, random, plan);
  }
  const Hop* failed() const {
    const auto hop = std::find_if(hops.begin(), hops.end(),
                                  [](const Hop& one) { return one.state == Hop::State::kFailed; });
    return hop == hops.end() ? nullptr : &*hop;
  }
  // The one hop that failed; everything behind it was skipped, and the accounts removed.
  Hop expect_failure(const Output& output) {
    EXPECT_EQ(output.status, kRefused);
    EXPECT_EQ(output.json["ok"], false);
    EXPECT_TRUE(office.passwords.empty());
    const Hop* hop = failed();
    if (hop == nullptr) {
      ADD_FAILURE() << "no hop failed";
      return {};
    }
    const auto behind = hops.begin() + (hop - hops.data()) + 1;
    for (auto next = behind; next != hops.end() - 1; ++next) {
      EXPECT_EQ(next->state, Hop::State::kSkipped) << next->name;
    }
    EXPECT_EQ(hops.back().name, "remove the two accounts");
    EXPECT_EQ(hops.back().state, Hop::State::kGood);
    EXPECT_FALSE(hop->problem.empty());
    return *hop;
  }
  static std::string advice(const Hop& hop) {
    std::string text;
    for (const std::string& check : hop.check) text += check + "\n";
    return text;
  }
};

TEST_F(Examination, AWellClusterIsWalkedFromEndToEndOnTwoNodes) {
  const auto output = see({});
  EXPECT_EQ(output.status, kDone) << (failed() != nullptr ? to_text(*failed()) : "");
  EXPECT_EQ(output.json["ok"], true);
  EXPECT_EQ(output.json["hops"].size(), hops.size());
  EXPECT_TRUE(office.passwords.empty());
  EXPECT_EQ(office.added, 2);
  std::set<std::string> nodes;
  for (const Hop& hop : hops) {
    EXPECT_EQ(hop.state, Hop::State::kGood) << hop.name;
    if (hop.name.ends_with(": sign in")) nodes.insert(hop.detail);
  }
  EXPECT_EQ(nodes.size(), 2U);
}

TEST_F(Examination, ARefusedConnectionNamesTheNodeAndItsPort) {
  const Hop hop = expect_failure(see({{"notification connect", ""}}));
  EXPECT_EQ(hop.name, "A: connect to notification");
  EXPECT_NE(hop.problem.find("refused"), std::string::npos);
  EXPECT_NE(advice(hop).find("monarch-notification (notification-1) running"), std::string::npos);
  EXPECT_NE(advice(hop).find("--bind"), std::string::npos);
  EXPECT_NE(advice(hop).find("loopback"), std::string::npos);
}

TEST_F(Examination, SilenceEndsAfterTheTimeOut) {
  hurry_after = "A: connect to notification";
  const Hop hop = expect_failure(see({{"notification VER", ""}}));
  EXPECT_EQ(hop.name, "A: sign in");
  EXPECT_NE(hop.problem.find("did not come"), std::string::npos);
  EXPECT_GE(hop.milliseconds, 50);
  EXPECT_NE(advice(hop).find("notification-1"), std::string::npos);
}

TEST_F(Examination, APasswordThatIsRefusedPointsAtAuth) {
  const Hop hop = expect_failure(see({{"notification USR S", "911 %"}}));
  EXPECT_EQ(hop.name, "A: sign in");
  EXPECT_NE(hop.problem.find("911"), std::string::npos);
  EXPECT_NE(advice(hop).find("--password-key-file"), std::string::npos);
}

TEST_F(Examination, DispatchWithoutNodesPointsAtTheRegistry) {
  const Hop hop = expect_failure(see({{"dispatch USR I", "601 %"}}));
  EXPECT_EQ(hop.name, "A: VER INF USR, XFR NS");
  EXPECT_NE(advice(hop).find("monarchctl nodes"), std::string::npos);
}

TEST_F(Examination, NoSwitchboardPointsAtItsRpcAddress) {
  const Hop hop = expect_failure(see({{"notification XFR", "601 %"}}));
  EXPECT_EQ(hop.name, "A: ask for a switchboard (XFR SB)");
  EXPECT_NE(advice(hop).find("--rpc-advertise"), std::string::npos);
  EXPECT_NE(advice(hop).find("switchboard_refused"), std::string::npos);
}

TEST_F(Examination, ACallThatNeverRingsPointsAtTheBus) {
  hurry_after = "A: call B (CAL)";
  const Hop hop = expect_failure(see({{"notification RNG", ""}}));
  EXPECT_EQ(hop.name, "B: is rung (RNG)");
  EXPECT_NE(advice(hop).find("Redis"), std::string::npos);
}

TEST_F(Examination, AMessageThatIsNotDeliveredIsAFailure) {
  const Hop hop = expect_failure(see({{"switchboard MSG", "NAK %"}}));
  EXPECT_EQ(hop.name, "A to B: message (MSG, ACK)");
  EXPECT_NE(hop.problem.find("NAK"), std::string::npos);
  EXPECT_NE(advice(hop).find("switchboard-3"), std::string::npos);
}

TEST_F(Examination, AServerThatHangsUpOrSpeaksSomethingElseIsNamed) {
  EXPECT_NE(expect_failure(see({{"switchboard USR", "close"}})).problem.find("closed"),
            std::string::npos);
  hops.clear();
  office.table.clear();
  const Hop hop = expect_failure(see({{"dispatch VER", "HTTP/1.1 % Bad Request"}}));
  EXPECT_NE(hop.problem.find("answers VER with HTTP/1.1"), std::string::npos);
}

TEST_F(Examination, CtrlCEndsAWaitAndRemovesTheAccounts) {
  std::array<int, 2> pipe{};
  ASSERT_EQ(::pipe(pipe.data()), 0);
  plan.interrupt = pipe[0];
  // Pressed while A waits for the answer to SYN, which never comes.
  plan.timeout = 60s;
  plan.tell = [&](const Hop& hop) {
    hops.push_back(hop);
    if (hop.name == "B: sign in") {
      ASSERT_EQ(::write(pipe[1], "x", 1), 1);
    }
  };
  const Hop hop = expect_failure(see({{"notification SYN", ""}}));
  EXPECT_EQ(hop.problem, "interrupted");
  EXPECT_LT(hop.milliseconds, 30'000);
  ::close(pipe[0]);
  ::close(pipe[1]);
}

TEST_F(Examination, WhatAKilledDoctorLeftIsRemovedAndWhatAnotherOneUsesIsNot) {
  const std::string old = guest_handle(1);
  const std::string fresh = guest_handle(2);
  const std::string busy = guest_handle(3);
  office.passwords = {{old, "x"}, {fresh, "x"}, {busy, "x"}, {"bob@example.com", "x"}};
  office.found = {{old, 60, false}, {fresh, 1, false}, {busy, 60, true}, {"bob@example.com", 60}};
  EXPECT_EQ(see({}).status, kDone);
  EXPECT_EQ(hops[0].detail, "1 removed");
  EXPECT_EQ(office.passwords.size(), 3U);
  EXPECT_EQ(office.passwords.count(old), 0U);
}

TEST_F(Examination, AnAccountThatCannotBeMadeLeavesNoOther) {
  office.fail_at_account = 1;
  const auto output = see({});
  EXPECT_EQ(output.status, kFailed);
  ASSERT_NE(failed(), nullptr);
  EXPECT_EQ(failed()->name, "make two accounts");
  EXPECT_EQ(failed()->problem, "no PostgreSQL");
  EXPECT_TRUE(office.passwords.empty());
}

TEST_F(Examination, AccountsThatCannotBeRemovedAreNamed) {
  office.keep_accounts = true;
  const auto output = see({});
  EXPECT_EQ(output.status, kFailed);
  ASSERT_NE(failed(), nullptr);
  EXPECT_EQ(failed()->name, "remove the two accounts");
  for (const auto& [handle, password] : office.passwords) {
    EXPECT_NE(failed()->problem.find(handle), std::string::npos);
    EXPECT_EQ(output.json.dump().find(password), std::string::npos);
  }
}

TEST_F(Examination, OneNotificationNodeIsEnough) {
  const FakeHouse house(office, {});
  office.table.erase(office.table.begin() + 2);
  // The switchboard keeps its place in the table by which the house finds it.
  office.table.insert(office.table.begin() + 2, {"notification-x", "notification", "dead", ""});
  EXPECT_EQ(examine(office, random, plan).status, kDone);
  const auto hop = std::find_if(hops.begin(), hops.end(), [](const Hop& one) {
    return one.name == "B: another node than A's";
  });
  ASSERT_NE(hop, hops.end());
  EXPECT_NE(hop->detail.find("one notification node only"), std::string::npos);
}

// ./dev up --detach && ./dev ctl doctor: presence hears of the last node a moment later.
TEST_F(Examination, ANodeThatTheRegistryDoesNotKnowYetIsWaitedFor) {
  const FakeHouse house(office, {});
  office.late = 2;
  EXPECT_EQ(examine(office, random, plan).status, kDone);
  EXPECT_EQ(office.late, 0);
}

TEST_F(Examination, FromOutsideItNeedsNoAdministration) {
  const FakeHouse house(office, {});
  office.passwords = {{"alice@example.com", "wonderland"}, {"bob@example.com", "builder1"}};
  const Plan::Account alice{"alice@example.com", "wonderland"};
  const auto two = examine_from_outside(house.dispatch(), alice,
                                        Plan::Account{"bob@example.com", "builder1"}, random, plan);
  EXPECT_EQ(two.status, kDone) << (failed() != nullptr ? to_text(*failed()) : "");
  const std::size_t hops_of_two = hops.size();
  hops.clear();
  EXPECT_EQ(examine_from_outside(house.dispatch(), alice, std::nullopt, random, plan).status,
            kDone);
  EXPECT_LT(hops.size(), hops_of_two);
  hops.clear();
  const auto wrong = examine_from_outside(house.dispatch(), {"alice@example.com", "x"},
                                          std::nullopt, random, plan);
  EXPECT_EQ(wrong.status, kRefused);
  ASSERT_NE(failed(), nullptr);
  EXPECT_NE(advice(*failed()).find("password"), std::string::npos);
}

// What is handed out to somebody who came in by a public address.
TEST_F(Examination, ALoopbackAddressHandedOutToOthersIsNotEvenTried) {
  SeededRandom dice(1);
  Visit visit(nullptr, dice, -1);
  visit.dispatch = {"im.example.com", 1863};
  visit.a.notification = {"127.0.1.1", 1863};
  const auto reached = reach_notification(visit, visit.a);
  ASSERT_FALSE(reached.ok());
  EXPECT_EQ(reached.error().kind, Trouble::Kind::kAddress);
  const Step step{"", Role::kNotification, false, nullptr, ""};
  const auto check = advise(step, reached.error(), visit);
  ASSERT_FALSE(check.empty());
  EXPECT_NE(check[0].find("--advertise of monarch-notification"), std::string::npos);
}

TEST_F(Examination, APrivateAddressOutOfReachNamesTheSetting) {
  SeededRandom dice(1);
  Visit visit(nullptr, dice, -1);
  visit.dispatch = {"im.example.com", 1863};
  visit.place = {"192.168.1.7", 1863};
  const Step step{"", Role::kSwitchboard, false, nullptr, ""};
  const auto check = advise(step, {Trouble::Kind::kUnreachable, "no answer"}, visit);
  ASSERT_EQ(check.size(), 2U);
  EXPECT_NE(check[0].find("TCP port 1863"), std::string::npos);
  EXPECT_NE(check[1].find("private address"), std::string::npos);
  EXPECT_NE(check[1].find("--advertise of monarch-switchboard"), std::string::npos);
}

TEST(IsPrivate, KnowsTheNetworks) {
  for (const char* host :
       {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.0.1", "100.64.0.1", "169.254.1.1"}) {
    EXPECT_TRUE(is_private(host)) << host;
  }
  for (const char* host : {"172.32.0.1", "192.0.2.1", "100.128.0.1", "127.0.0.1", "example.com"}) {
    EXPECT_FALSE(is_private(host)) << host;
  }
}

TEST(Digest, IsThatOfTheSpecification) {
  EXPECT_EQ(digest("1050223060.17795", "wonderland"), "87e97302fe2fc3be1043a7a80c40039e");
}

}  // namespace
}  // namespace monarch::ctl::doctor
