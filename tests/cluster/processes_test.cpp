// What clients notice, or not, when auth, presence or dispatch are killed or told to stop
// (ARCHITECTURE.md#rule-3, #rule-11).
#include <functional>

#include "town.hpp"

namespace monarch::testing {
namespace {

class Processes : public Town {
 protected:
  static constexpr unsigned kBurst = 40;

  // Alice sends so many changes in one segment; `in_between` happens when the first is answered.
  void burst(MsnpClient& alice, const std::function<void()>& in_between);
  // What a row of roster.change says of the serials of this account: "11 12 13".
  std::string journal(const std::string& name);

  unsigned trid_ = 1000;
  unsigned serial_ = 10;
};

// REM and ADD of Carol in FL, and CHG between them.
void Processes::burst(MsnpClient& alice, const std::function<void()>& in_between) {
  std::string text;
  Lines wanted;
  for (unsigned i = 0; i < kBurst; ++i) {
    const std::string trid = " " + std::to_string(++trid_) + " ";
    switch (i % 4) {
      case 0:
        text += "REM" + trid + "FL carol@example.com\r\n";
        wanted.push_back("REM" + trid + "FL " + std::to_string(++serial_) + " carol@example.com");
        break;
      case 2:
        text += "ADD" + trid + "FL carol@example.com C\r\n";
        wanted.push_back("ADD" + trid + "FL " + std::to_string(++serial_) + " carol@example.com C");
        break;
      default:
        text += "CHG" + trid + (i % 4 == 1 ? "AWY\r\n" : "BSY\r\n");
        wanted.push_back("CHG" + trid + (i % 4 == 1 ? "AWY" : "BSY"));
    }
  }
  ASSERT_TRUE(good(alice.send(text)));
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    EXPECT_TRUE(good(alice.until(wanted[i], kAnswerWithin)));
    if (i == 0) in_between();
  }
}

std::string Processes::journal(const std::string& name) {
  return cluster_.sql(
      "SELECT string_agg(c.serial::text, ' ' ORDER BY c.serial) FROM roster.change c"
      " JOIN roster.principal p ON p.account = c.owner WHERE p.handle = '" +
      handle(name) + "'");
}

TEST_F(Processes, PresenceInstancesMayDieInTurnUnderAStreamOfChanges) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  MsnpClient& carol = here("carol", 2);
  expect_quiet(alice);
  expect_quiet(bob);
  for (const std::string instance : {"presence-1", "presence-2"}) {
    burst(alice, [&] { cluster_.kill(instance); });
    ASSERT_TRUE(good(cluster_.restart(instance)));
    ASSERT_TRUE(good(cluster_.wait_until_acquainted()));
  }
  EXPECT_EQ(answer(alice, "CHG % PHN"), "CHG PHN");

  // Everybody's view is the truth.
  expect_line(bob, "NLN PHN alice@example.com Alice");
  expect_quiet(bob);
  std::string alices;
  std::string carols;
  for (unsigned serial = 11; serial <= serial_; ++serial) {
    alices += (alices.empty() ? "" : " ") + std::to_string(serial);
    const bool added = serial % 2 == 0;
    expect_line(carol, (added ? "ADD 0 RL " : "REM 0 RL ") + std::to_string(serial) +
                           " alice@example.com" + (added ? " Alice" : ""));
  }
  EXPECT_EQ(journal("alice"), alices + "\n");
  EXPECT_EQ(journal("carol"), alices + "\n");
  expect_line(carol, "NLN PHN alice@example.com Alice");
  expect_quiet(carol);
  EXPECT_EQ(answer(alice, "LST % FL"),
            "LST FL " + std::to_string(serial_) + " 1 2 bob@example.com Bob");
  expect_sessions({"alice@example.com at notification-1", "bob@example.com at notification-2",
                   "carol@example.com at notification-2"});
}

TEST_F(Processes, PresenceInstancesMayBeStoppedInTurnUnnoticed) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  expect_quiet(alice);
  for (const std::string instance : {"presence-1", "presence-2"}) {
    burst(alice, [&] {
      const auto status = cluster_.stop(instance);
      ASSERT_TRUE(good(status));
      EXPECT_EQ(*status, 0);
    });
    EXPECT_EQ(cluster_.log(instance).find("grace_time_over"), std::string::npos);
    ASSERT_TRUE(good(cluster_.restart(instance)));
    ASSERT_TRUE(good(cluster_.wait_until_acquainted()));
  }
  EXPECT_EQ(answer(alice, "CHG % PHN"), "CHG PHN");
  expect_line(bob, "NLN PHN alice@example.com Alice");
  expect_quiet(bob);
}

TEST_F(Processes, WithoutAnyPresenceWhoIsHereStays) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  cluster_.kill("presence-1");
  cluster_.kill("presence-2");
  // All three wait for an instance to come back, and are told in time that none does.
  ASSERT_TRUE(good(alice.send("CHG 901 AWY\r\n")));
  ASSERT_TRUE(good(bob.send("REM 902 FL carol@example.com\r\n")));
  EXPECT_EQ(sign_in("carol", 2), "600");
  EXPECT_TRUE(good(alice.until("CHG 901 AWY", kAnswerWithin)));
  EXPECT_TRUE(good(bob.until("501 902", kAnswerWithin)));
  ASSERT_TRUE(good(cluster_.restart("presence-1")));
  expect_line(bob, "NLN AWY alice@example.com Alice");
  online("carol", 2);
  expect_line(alice, "NLN NLN carol@example.com Carol");
}

TEST_F(Processes, WithoutAuthNobodySignsInAndNobodyElseNotices) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  cluster_.kill("auth-1");
  EXPECT_EQ(sign_in("carol", 2), "600");
  EXPECT_EQ(answer(alice, "CHG % AWY"), "CHG AWY");
  expect_line(bob, "NLN AWY alice@example.com Alice");
  EXPECT_EQ(answer(alice, "REM % FL carol@example.com"), "REM FL 11 carol@example.com");
  expect_metric("notification", "monarch_notification_sign_ins_total{result=\"unavailable\"}", 1);
  expect_logged("notification-2", "event=auth_unreachable");

  ASSERT_TRUE(good(cluster_.restart("auth-1")));
  std::string result = sign_in("carol", 2);
  // gRPC finds its way back within its own backoff of at most 2 s.
  const TimePoint deadline = SystemClock().now() + kAnswerWithin;
  while (result == "600" && SystemClock().now() < deadline) result = sign_in("carol", 2);
  EXPECT_EQ(result, "OK");
  expect_quiet(alice);
}

TEST_F(Processes, DispatchComesBack) {
  MsnpClient& alice = here("alice", 1);
  cluster_.kill("dispatch-1");
  expect_quiet(alice);
  ASSERT_TRUE(good(cluster_.restart("dispatch-1")));
  EXPECT_NE(referred().find(":1863"), std::string::npos);
  const auto status = cluster_.stop("dispatch-1");
  ASSERT_TRUE(good(status));
  EXPECT_EQ(*status, 0);
  const auto auth = cluster_.stop("auth-1");
  ASSERT_TRUE(good(auth));
  EXPECT_EQ(*auth, 0);
  expect_quiet(alice);
}

}  // namespace
}  // namespace monarch::testing
