// What people in a conversation see when its switchboard leaves or dies, and when the rest of the
// cluster is away (ARCHITECTURE.md#rule-11).
#include <csignal>
#include <sstream>

#include "town.hpp"

namespace monarch::testing {
namespace {

std::vector<std::string> words_of(const std::string& line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

class Chat : public Town {
 protected:
  // Both sit at the switchboard whose name is returned, their windows open.
  std::string talk(MsnpClient& alice, MsnpClient& bob) {
    const auto referral = words_of(ask(alice, "XFR % SB"));
    EXPECT_EQ(referral.size(), 6U) << "XFR TrID SB address CKI ticket";
    if (referral.size() != 6) return {};
    MsnpClient& window = client("alice.sb");
    alice_window_ = &window;
    EXPECT_TRUE(good(window.connect(referral[3])));
    EXPECT_EQ(answer(window, "USR % alice@example.com " + referral[5]),
              "USR OK alice@example.com Alice");
    const auto call = words_of(ask(window, "CAL % bob@example.com"));
    EXPECT_EQ(call.size(), 4U);
    const auto ring = bob.next();
    EXPECT_TRUE(good(ring));
    if (!ring.ok() || call.size() != 4) return {};
    const auto invitation = words_of(*ring);
    MsnpClient& other = client("bob.sb");
    bob_window_ = &other;
    EXPECT_TRUE(good(other.connect(invitation.at(2))));
    EXPECT_TRUE(good(other.ask("ANS % bob@example.com " + invitation.at(4) + " " + call[3])));
    EXPECT_TRUE(good(other.until("ANS 1 OK", kAnswerWithin)));
    expect_line(window, "JOI bob@example.com Bob");
    return switchboard_at(referral[3]);
  }
  // From Alice to Bob.
  void expect_delivered() {
    ASSERT_TRUE(good(alice_window_->send("MSG 70 A 5\r\nhello")));
    expect_line(*alice_window_, "ACK 70", kAnswerWithin);
    expect_line(*bob_window_, "MSG alice@example.com Alice 5", kAnswerWithin);
  }
  std::string switchboard_at(const std::string& address) {
    for (const char* name : {"switchboard-1", "switchboard-2"}) {
      if (cluster_.client_address(name) == address) return name;
    }
    ADD_FAILURE() << "no switchboard is at " << address;
    return {};
  }

  MsnpClient* alice_window_ = nullptr;
  MsnpClient* bob_window_ = nullptr;
};

TEST_F(Chat, GoesOnWhileItsSwitchboardIsDrainingAndNewOnesGoElsewhere) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  const std::string leaving = talk(alice, bob);
  ASSERT_FALSE(leaving.empty());
  cluster_.process(leaving).signal(SIGTERM);
  const std::string gauge = "monarch_notification_switchboards_count";
  ASSERT_TRUE(good(
      cluster_.wait_for_metric("notification-1", gauge, [](double ready) { return ready == 1; })));
  for (int i = 0; i < 4; ++i) {
    const auto referral = words_of(ask(alice, "XFR % SB"));
    ASSERT_EQ(referral.size(), 6U);
    EXPECT_NE(referral[3], cluster_.client_address(leaving));
  }
  expect_delivered();
  bob_window_->sign_out();
  expect_line(*alice_window_, "BYE bob@example.com");
  alice_window_->sign_out();
  EXPECT_EQ(cluster_.process(leaving).wait(kGoneWithin), 0);
}

TEST_F(Chat, EndsWithItsSwitchboardAndBeginsAnewOnAnother) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  const std::string dead = talk(alice, bob);
  ASSERT_FALSE(dead.empty());
  cluster_.kill(dead);
  EXPECT_FALSE(alice_window_->next().ok()) << "closed";
  // Also before anybody has noticed: the next switchboard is asked.
  const auto referral = words_of(ask(alice, "XFR % SB"));
  ASSERT_EQ(referral.size(), 6U);
  EXPECT_NE(switchboard_at(referral[3]), dead);
  for (const char* name : {"switchboard-1", "switchboard-2"}) {
    if (name != dead) cluster_.kill(name);
  }
  EXPECT_EQ(answer(alice, "XFR % SB"), "601");
  EXPECT_EQ(answer(bob, "CHG % BRB"), "CHG BRB");
}

TEST_F(Chat, NeedsNobodyElse) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  ASSERT_FALSE(talk(alice, bob).empty());
  cluster_.kill("presence-1");
  cluster_.kill("presence-2");
  cluster_.redis().stop();
  expect_delivered();
  EXPECT_EQ(answer(*alice_window_, "CAL % carol@example.com"), "217");
  expect_delivered();
}

}  // namespace
}  // namespace monarch::testing
