// What clients see when notification nodes freeze, die, come back or are told to stop, and when an
// account signs in twice (ARCHITECTURE.md#rule-5, #rule-7).
#include "town.hpp"

namespace monarch::testing {
namespace {

class Nodes : public Town {};

TEST_F(Nodes, TheLaterSignInWinsOnAnotherNode) {
  MsnpClient& old = here("alice.old", 1);
  MsnpClient& bob = here("bob", 2);
  MsnpClient& young = online("alice.new", 2, "BSY");
  EXPECT_TRUE(good(old.ends_with("OUT OTH", kAnswerWithin)));
  const auto before = bob.until("NLN BSY alice@example.com Alice", kAnswerWithin);
  ASSERT_TRUE(good(before));
  EXPECT_EQ(*before, Lines{"FLN alice@example.com"});
  expect_quiet(young);
  expect_sessions({"alice@example.com at notification-2", "bob@example.com at notification-2"});
  expect_metric("notification", "monarch_notification_closes_total{reason=\"signed_in_elsewhere\"}",
                1);
}

TEST_F(Nodes, AFrozenNodeFindsItsSessionsReplacedWhenItWakes) {
  MsnpClient& old = here("alice.old", 1);
  MsnpClient& carol = here("carol", 1, "AWY");
  MsnpClient& bob = here("bob", 2);
  expect_quiet(old);
  cluster_.freeze("notification-1");
  MsnpClient& young = online("alice.new", 2, "BSY");
  const auto before = bob.until("NLN BSY alice@example.com Alice", kAnswerWithin);
  ASSERT_TRUE(good(before));
  EXPECT_EQ(*before, Lines{"FLN alice@example.com"});
  // It is declared dead: whoever is there counts as gone.
  expect_line(bob, "FLN carol@example.com");
  expect_line(young, "FLN carol@example.com");
  expect_sessions({"alice@example.com at notification-2", "bob@example.com at notification-2"});

  cluster_.thaw("notification-1");
  expect_line(old, "OUT OTH");
  EXPECT_FALSE(old.next().ok()) << "closed";
  // Whom nobody replaced is there again, and never noticed more than the others' coming and going.
  expect_line(bob, "NLN AWY carol@example.com Carol");
  EXPECT_EQ(answer(carol, "CHG % BRB"), "CHG BRB");
  expect_line(bob, "NLN BRB carol@example.com Carol");
  expect_quiet(bob);
  expect_logged("notification-1", "event=heartbeat_back");
  expect_sessions({"alice@example.com at notification-2", "bob@example.com at notification-2",
                   "carol@example.com at notification-1"});
}

TEST_F(Nodes, ADeadNodesUsersAreGoneAndSignInElsewhere) {
  here("alice", 1);
  here("carol", 1, "AWY");
  MsnpClient& bob = here("bob", 2);
  cluster_.kill("notification-1");
  // Alice does not wait until the others have noticed.
  MsnpClient& alice = online("alice", 2, "BSY");
  const auto before = bob.until("NLN BSY alice@example.com Alice", kAnswerWithin);
  ASSERT_TRUE(good(before));
  EXPECT_EQ(*before, Lines{"FLN alice@example.com"});
  expect_line(bob, "FLN carol@example.com", kGoneWithin);
  EXPECT_TRUE(good(cluster_.wait_for_metric("dispatch-1", "monarch_dispatch_nodes_count",
                                            [](double nodes) { return nodes == 1; })));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(referred(), node(2));
  expect_metric("presence", "monarch_presence_nodes_reaped_total", 1);
  expect_logged("dispatch-1", "subject=notification-1 role=notification change=died");

  // The same name again, with nothing of what it held.
  ASSERT_TRUE(good(cluster_.restart("notification-1")));
  online("carol", 1);
  expect_line(bob, "NLN NLN carol@example.com Carol");
  expect_line(alice, "NLN NLN carol@example.com Carol");
  expect_quiet(alice);
  expect_quiet(bob);
  ASSERT_TRUE(good(cluster_.wait_until_acquainted()));
  expect_sessions({"alice@example.com at notification-2", "bob@example.com at notification-2",
                   "carol@example.com at notification-1"});
}

// Sooner than anybody calls it dead: its lost sessions are found by the list that Redis has of
// them.
TEST_F(Nodes, ANodeThatIsBackAtOnceClearsAwayWhatItHeld) {
  here("carol", 1);
  MsnpClient& bob = here("bob", 2);
  cluster_.kill("notification-1");
  ASSERT_TRUE(good(cluster_.restart("notification-1")));
  expect_line(bob, "FLN carol@example.com", kGoneWithin);
  online("carol", 1);
  expect_line(bob, "NLN NLN carol@example.com Carol");
  expect_quiet(bob);
  expect_sessions({"bob@example.com at notification-2", "carol@example.com at notification-1"});
}

TEST_F(Nodes, ANodeThatIsToldToStopSaysSo) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  expect_quiet(alice);
  const auto status = cluster_.stop("notification-1");
  ASSERT_TRUE(good(status));
  EXPECT_EQ(*status, 0);
  const auto goodbye = alice.until("OUT SSD", kAnswerWithin);
  ASSERT_TRUE(good(goodbye));
  EXPECT_EQ(*goodbye, Lines{"MSG Hotmail Hotmail 90"}) << "that it goes down";
  EXPECT_FALSE(alice.next().ok()) << "closed";
  const auto before = bob.until("FLN alice@example.com", kAnswerWithin);
  ASSERT_TRUE(good(before));
  EXPECT_EQ(*before, Lines{});
  for (int i = 0; i < 5; ++i) EXPECT_EQ(referred(), node(2));
  expect_sessions({"bob@example.com at notification-2"});
  EXPECT_EQ(cluster_.log("notification-1").find("grace_time_over"), std::string::npos);
}

}  // namespace
}  // namespace monarch::testing
