// What clients see when a process is drained while everybody is busy: nobody is cut off without a
// word, nobody new is sent there, and the process ends well within its time.
#include <algorithm>
#include <csignal>
#include <string>
#include <vector>

#include "testing/transcript/pattern.hpp"
#include "town.hpp"

namespace monarch::testing {
namespace {

constexpr unsigned kCrowd = 16;
constexpr unsigned kBurst = 60;
const char* const kNotice = "MSG Hotmail Hotmail 90";  // the server goes down in a minute

class Drain : public Town {
 protected:
  Drain() : Town(options()) {
    for (unsigned i = 1; i <= kCrowd; ++i) {
      transcript::Account one;
      one.key = "user" + std::to_string(i);
      one.handle = one.key + "@example.com";
      one.password = "password" + std::to_string(i);
      one.name = one.key;
      fixture_.accounts.push_back(one);
    }
  }

  static ClusterOptions options() {
    ClusterOptions options;
    options.auth = 2;
    options.grace_time = "6s";
    return options;
  }

  void gather() {
    for (unsigned i = 1; i <= kCrowd; ++i) {
      crowd_.push_back(&online("user" + std::to_string(i), 1));
    }
  }
  // Everybody asks for many things in one segment.
  void keep_busy() {
    std::string text;
    for (unsigned i = 1; i <= kBurst; ++i) {
      const std::string trid = std::to_string(1000 + i);
      text += "CHG " + trid + (i % 2 == 1 ? " BSY\r\n" : " NLN\r\n");
      text += "PNG\r\n";
    }
    for (MsnpClient* one : crowd_) ASSERT_TRUE(good(one->send(text)));
  }
  // The replies to some of what it asked, in order, the notice somewhere among them, OUT SSD and
  // the end.
  static void expect_seen_off(MsnpClient& one) {
    auto lines = one.until("OUT SSD", kGoneWithin);
    ASSERT_TRUE(good(lines));
    EXPECT_EQ(std::count(lines->begin(), lines->end(), kNotice), 1);
    unsigned changes = 0;
    for (const std::string& line : *lines) {
      if (line == kNotice || line == "QNG") continue;
      ++changes;
      EXPECT_EQ(line,
                "CHG " + std::to_string(1000 + changes) + (changes % 2 == 1 ? " BSY" : " NLN"));
    }
    EXPECT_FALSE(one.next().ok()) << "closed";
  }
  void drain(const std::string& name, const std::vector<std::string>& flags) {
    std::vector<std::string> words{LocalCluster::program("monarchctl"), "--presence",
                                   cluster_.rpc_address("presence-1"), "drain", name};
    words.insert(words.end(), flags.begin(), flags.end());
    ASSERT_TRUE(good(cluster_.run(words, "monarchctl")));
  }

  std::vector<MsnpClient*> crowd_;
};

TEST_F(Drain, ANotificationNodeSaysGoodByeToEverybodyWhileTheyAreBusy) {
  MsnpClient& bob = here("bob", 2);
  MsnpClient& alice = here("alice", 1);
  gather();
  // One has been asked for his password when it begins, one has only connected.
  MsnpClient& halfway = client("carol.halfway");
  ASSERT_TRUE(good(halfway.connect(node(1))));
  ASSERT_TRUE(good(halfway.ask("VER % MSNP5")));
  const std::string challenge = ask(halfway, "USR % MD5 I carol@example.com");
  EXPECT_NE(challenge.find(" MD5 S "), std::string::npos) << challenge;

  keep_busy();
  drain("notification-1", {"--rate", "8/s", "--no-wait"});
  EXPECT_EQ(answer(halfway, "USR % MD5 S 00112233445566778899aabbccddeeff"),
            "XFR NS " + node(2) + " 0");
  // Readiness has gone while most people are still there.
  const auto serving = is_serving(cluster_.rpc_address("notification-1"));
  ASSERT_TRUE(good(serving));
  EXPECT_FALSE(*serving);
  ASSERT_TRUE(good(cluster_.wait_for_metric("dispatch-1", "monarch_dispatch_nodes_count",
                                            [](double ready) { return ready == 1; })));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(referred(), node(2));
  for (MsnpClient* one : crowd_) expect_seen_off(*one);
  const auto lines = alice.until("OUT SSD", kGoneWithin);
  ASSERT_TRUE(good(lines));
  EXPECT_EQ(*lines, Lines{kNotice});
  expect_line(bob, "FLN alice@example.com");
  EXPECT_EQ(cluster_.process("notification-1").wait(kGoneWithin), 0);
  expect_logged("notification-1", "people=17 connections=18 per_second=8");
  EXPECT_EQ(cluster_.log("notification-1").find("grace_time_over"), std::string::npos);
  expect_sessions({"bob@example.com at notification-2"});
}

TEST_F(Drain, ASignalHurriesASlowDrain) {
  gather();
  drain("notification-1", {"--rate", "1/s", "--within", "1h", "--no-wait"});
  const auto first = crowd_.front()->until(kNotice, kAnswerWithin);
  ASSERT_TRUE(good(first));
  const auto status = cluster_.stop("notification-1");
  ASSERT_TRUE(good(status));
  EXPECT_EQ(*status, 0);
  for (MsnpClient* one : crowd_) EXPECT_TRUE(good(one->until("OUT SSD", kAnswerWithin)));
  expect_logged("notification-1", "event=drain_hurried");
}

TEST_F(Drain, ASwitchboardClosesAtTheRateAskedFor) {
  gather();
  // Each opens a conversation of his own.
  std::vector<MsnpClient*> windows;
  for (unsigned i = 0; i < kCrowd; ++i) {
    const std::string name = "user" + std::to_string(i + 1);
    const std::string referral = ask(*crowd_[i], "XFR % SB");
    const auto ticket = referral.substr(referral.rfind(' ') + 1);
    const auto address = referral.substr(referral.find(" SB ") + 4);
    MsnpClient& window = client(name + ".sb");
    ASSERT_TRUE(good(window.connect(address.substr(0, address.find(' ')))));
    EXPECT_EQ(answer(window, "USR % " + handle(name) + " " + ticket),
              "USR OK " + handle(name) + " " + name);
    if (address.starts_with(cluster_.client_address("switchboard-1"))) windows.push_back(&window);
  }
  ASSERT_FALSE(windows.empty());
  drain("switchboard-1", {"--rate", "50/s"});  // and waits until it has ended
  EXPECT_EQ(cluster_.process("switchboard-1").wait(kGoneWithin), 0);
  for (MsnpClient* window : windows) EXPECT_FALSE(window->next().ok()) << "closed";
  for (MsnpClient* one : crowd_) expect_quiet(*one);
}

TEST_F(Drain, AnAuthInstanceLeavesWhilePeopleSignIn) {
  std::vector<MsnpClient*> halfway;
  std::vector<std::string> challenges;
  for (unsigned i = 1; i <= kCrowd; ++i) {
    MsnpClient& one = client("user" + std::to_string(i));
    ASSERT_TRUE(good(one.connect(node(1 + i % 2))));
    ASSERT_TRUE(good(one.ask("VER % MSNP5")));
    const std::string line = ask(one, "USR % MD5 I user" + std::to_string(i) + "@example.com");
    challenges.push_back(line.substr(line.rfind(' ') + 1));
    halfway.push_back(&one);
  }
  for (unsigned i = 0; i < kCrowd; ++i) {
    if (i == kCrowd / 4) cluster_.process("auth-1").signal(SIGTERM);
    const std::string digest =
        transcript::md5_hex(challenges[i] + "password" + std::to_string(i + 1));
    ASSERT_TRUE(good(halfway[i]->send("USR 100 MD5 S " + digest + "\r\n")));
  }
  for (unsigned i = 0; i < kCrowd; ++i) {
    const std::string name = "user" + std::to_string(i + 1);
    expect_line(*halfway[i], "USR 100 OK " + name + "@example.com " + name);
  }
  EXPECT_EQ(cluster_.process("auth-1").wait(kGoneWithin), 0);
}

TEST_F(Drain, ADispatcherAnswersWhoIsThere) {
  std::vector<MsnpClient*> asking;
  for (unsigned i = 1; i <= kCrowd; ++i) {
    MsnpClient& one = client("user" + std::to_string(i));
    ASSERT_TRUE(good(one.connect(cluster_.client_address("dispatch-1"))));
    ASSERT_TRUE(good(one.ask("VER % MSNP5")));
    asking.push_back(&one);
  }
  cluster_.process("dispatch-1").signal(SIGTERM);
  for (MsnpClient* one : asking) {
    EXPECT_TRUE(answer(*one, "USR % MD5 I alice@example.com").starts_with("XFR NS "));
    EXPECT_FALSE(one->next().ok()) << "closed";
  }
  EXPECT_EQ(cluster_.process("dispatch-1").wait(kGoneWithin), 0);
}

}  // namespace
}  // namespace monarch::testing
