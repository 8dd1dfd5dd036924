// What clients see while Redis or PostgreSQL is away, and afterwards (ARCHITECTURE.md#rule-11).
#include <functional>

#include "town.hpp"

namespace monarch::testing {
namespace {

class Stores : public Town {
 protected:
  // PostgreSQL is away from `leaves` to `comes_back`.
  void without_postgres(const std::function<void()>& leaves,
                        const std::function<void()>& comes_back);
  std::string list(const std::string& owner, int bit);
  std::string serial(const std::string& owner);
};

std::string Stores::list(const std::string& owner, int bit) {
  return cluster_.sql(
      "SELECT e.handle FROM roster.entry e JOIN roster.principal p ON p.account = "
      "e.owner WHERE p.handle = '" +
      handle(owner) + "' AND e.bits & " + std::to_string(bit) + " <> 0 ORDER BY e.handle");
}

std::string Stores::serial(const std::string& owner) {
  return cluster_.sql("SELECT serial FROM roster.principal WHERE handle = '" + handle(owner) + "'");
}

TEST_F(Stores, RedisMayComeBackEmpty) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  expect_quiet(alice);
  cluster_.redis().stop();
  EXPECT_EQ(answer(alice, "CHG % AWY"), "CHG AWY");
  EXPECT_EQ(answer(alice, "REM % FL carol@example.com"), "501");
  EXPECT_EQ(sign_in("carol", 2), "600");
  expect_quiet(alice);
  expect_quiet(bob);
  EXPECT_EQ(serial("alice"), "10\n") << "nothing half done";
  // The last table of nodes serves on.
  const std::string where = referred();
  EXPECT_TRUE(where == node(1) || where == node(2)) << where;
  expect_metric("notification", "monarch_notification_sign_ins_total{result=\"unavailable\"}", 1);
  expect_logged("presence-1", "event=redis_disconnected");

  cluster_.redis().start();
  expect_line(bob, "NLN AWY alice@example.com Alice");
  expect_sessions({"alice@example.com at notification-1", "bob@example.com at notification-2"});
  MsnpClient& carol = online("carol", 2, "BSY");
  expect_line(alice, "NLN BSY carol@example.com Carol");
  expect_line(bob, "NLN BSY carol@example.com Carol");
  EXPECT_EQ(answer(alice, "REM % FL carol@example.com"), "REM FL 11 carol@example.com");
  expect_line(carol, "REM 0 RL 11 alice@example.com");
  EXPECT_EQ(answer(bob, "CHG % BRB"), "CHG BRB");
  expect_line(alice, "NLN BRB bob@example.com Bob");
  expect_quiet(alice);
  expect_quiet(bob);
}

// Nobody may be taken for dead, or be kept, by a Redis that merely does not answer.
TEST_F(Stores, RedisMayFreeze) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  expect_quiet(alice);
  cluster_.redis().freeze();
  EXPECT_EQ(answer(alice, "CHG % AWY"), "CHG AWY");
  EXPECT_EQ(sign_in("carol", 2), "600");
  expect_quiet(alice);
  cluster_.redis().thaw();
  expect_line(bob, "NLN AWY alice@example.com Alice");
  expect_sessions({"alice@example.com at notification-1", "bob@example.com at notification-2"});
  online("carol", 2, "BSY");
  expect_line(alice, "NLN BSY carol@example.com Carol");
}

void Stores::without_postgres(const std::function<void()>& leaves,
                              const std::function<void()>& comes_back) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  ASSERT_EQ(sign_in("carol", 2), "OK");
  MsnpClient& carol = *clients_.at("carol");
  expect_quiet(alice);
  leaves();
  EXPECT_EQ(answer(alice, "REM % FL carol@example.com"), "501");
  EXPECT_EQ(answer(carol, "SYN % 0"), "501");
  EXPECT_EQ(sign_in("bob.new", 1), "603");
  EXPECT_EQ(answer(alice, "CHG % AWY"), "CHG AWY");
  expect_line(bob, "NLN AWY alice@example.com Alice");
  expect_logged("presence-1", "event=postgres_failed");  // Alice's
  expect_metric("presence",
                "monarch_presence_request_seconds_count{operation=\"remove_contact\","
                "result=\"roster_unavailable\"}",
                1);
  expect_metric("auth", "monarch_auth_verifications_total{result=\"store_unavailable\"}", 1);

  comes_back();
  EXPECT_TRUE(good(cluster_.wait_until_ready({"presence-1", "presence-2", "auth-1"})));
  EXPECT_EQ(serial("alice"), "10\n") << "nothing half done";
  EXPECT_EQ(list("alice", 1), "bob@example.com\ncarol@example.com\n");
  expect_quiet(alice);
  EXPECT_EQ(answer(alice, "REM % FL carol@example.com"), "REM FL 11 carol@example.com");
  EXPECT_EQ(answer(carol, "SYN % 0"), "SYN 11");
  online("bob", 1, "BSY");
  expect_line(alice, "NLN BSY bob@example.com Bob");
}

TEST_F(Stores, PostgresMayStop) {
  without_postgres([this] { cluster_.postgres().stop(); }, [this] { cluster_.postgres().start(); });
}

TEST_F(Stores, PostgresMayFreeze) {
  without_postgres([this] { cluster_.postgres().freeze(); },
                   [this] { cluster_.postgres().thaw(); });
}

}  // namespace
}  // namespace monarch::testing
