// monarchctl explain and trace against a real cluster, whose clients are at different nodes.
#include <csignal>
#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <iterator>
#include <poll.h>
#include <string>
#include <unistd.h>
#include <vector>

#include "testing/cluster/child_process.hpp"
#include "town.hpp"

namespace monarch::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Between two looks at what monarchctl has printed.
constexpr int kLookEveryMs = 20;
constexpr std::chrono::seconds kSaidWithin{20};

struct Said {
  int status = -1;
  std::string text;
};

class Looking : public Town {
 protected:
  void TearDown() override {
    std::filesystem::remove(path_);
    Town::TearDown();
  }

  ChildProcess start(const std::vector<std::string>& words) {
    std::vector<std::string> argv{MONARCHCTL, "--auth", cluster_.rpc_address("auth-1"),
                                  "--presence", cluster_.rpc_address("presence-1")};
    argv.insert(argv.end(), words.begin(), words.end());
    std::filesystem::remove(path_);
    auto process = ChildProcess::start(argv, path_);
    EXPECT_TRUE(good(process));
    return std::move(process).value();
  }
  std::string printed() const {
    std::ifstream file(path_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  Said ctl(const std::vector<std::string>& words) {
    auto process = start(words);
    const auto status = process.wait(kSaidWithin);
    return {status.value_or(-1), printed()};
  }
  void expect_printed(const std::string& what) {
    const TimePoint deadline = SystemClock().now() + kSaidWithin;
    while (printed().find(what) == std::string::npos) {
      ASSERT_LT(SystemClock().now(), deadline) << what << " is not in\n" << printed();
      poll(nullptr, 0, kLookEveryMs);
    }
  }
  Said explain(const std::string& subject, const std::string& viewer) {
    return ctl({"explain", handle(subject), handle(viewer), "--json"});
  }
  // The one rule that fails, of those that can be judged.
  static void expect_fails(const Said& said, const std::string& id) {
    EXPECT_EQ(said.status, 0) << said.text;
    EXPECT_THAT(said.text, HasSubstr("\"sees\": false"));
    const auto at = said.text.find("\"id\": \"" + id + "\"");
    ASSERT_NE(at, std::string::npos) << said.text;
    const auto holds = said.text.find("\"holds\": ", at);
    EXPECT_EQ(said.text.compare(holds, 14, "\"holds\": false"), 0) << said.text;
  }

  std::string path_ = ::testing::TempDir() + "looking-" + std::to_string(::getpid()) + ".log";
};

TEST_F(Looking, ExplainSaysWhyAndWhatTheClientWasShown) {
  MsnpClient& alice = here("alice", 1);
  here("bob", 2);
  const Said sees = explain("alice", "bob");
  EXPECT_EQ(sees.status, 0) << sees.text;
  EXPECT_THAT(sees.text, HasSubstr("\"sees\": true"));
  EXPECT_THAT(sees.text, HasSubstr("\"status\": \"online\""));
  EXPECT_THAT(sees.text, HasSubstr("\"agrees\": true"));
  EXPECT_THAT(sees.text, Not(HasSubstr("\"holds\": false")));
  EXPECT_THAT(sees.text, HasSubstr("\"notes\": []"));

  // As clients block: docs/protocol/presence-and-privacy.md#4-effects-of-each-list-operation.
  EXPECT_THAT(ask(alice, "REM % AL " + handle("bob")), HasSubstr("REM"));
  EXPECT_THAT(ask(alice, "ADD % BL " + handle("bob") + " Bob"), HasSubstr("ADD"));
  expect_line(*clients_.at("bob"), "FLN " + handle("alice"));
  const Said blocked = explain("alice", "bob");
  expect_fails(blocked, "not-blocked");
  EXPECT_THAT(blocked.text, HasSubstr("\"agrees\": true"));
  EXPECT_THAT(blocked.text, HasSubstr("\"visible\": false"));
  // The other way round nothing has changed.
  EXPECT_THAT(explain("bob", "alice").text, HasSubstr("\"sees\": true"));

  EXPECT_THAT(ask(*clients_.at("bob"), "CHG % HDN"), HasSubstr("CHG"));
  expect_fails(explain("bob", "alice"), "not-hidden");
  expect_fails(explain("carol", "alice"), "subject-online");
  const Said away = explain("alice", "carol");
  expect_fails(away, "viewer-online");
  EXPECT_THAT(away.text, HasSubstr("\"visible\": true"));
}

TEST_F(Looking, ExplainForPeopleAndItsExitStatus) {
  here("alice", 1);
  const Said said = ctl({"explain", handle("alice"), handle("bob")});
  EXPECT_EQ(said.status, 0);
  EXPECT_THAT(said.text, HasSubstr("bob@example.com would see alice@example.com as online, but is "
                                   "not signed in"));
  EXPECT_THAT(said.text, HasSubstr("  presence-and-privacy.md#3\n"));
  const Said nobody = ctl({"explain", handle("alice"), "nobody@example.com"});
  EXPECT_EQ(nobody.status, 1);
  EXPECT_THAT(nobody.text, HasSubstr("NO"));
  EXPECT_EQ(ctl({"explain", handle("alice"), "nobody"}).status, 1);
  EXPECT_EQ(ctl({"explain", handle("alice")}).status, 2);
  const Said wrong = ctl({"explain", handle("alice"), "--json"});
  EXPECT_EQ(wrong.status, 2);
  EXPECT_THAT(wrong.text, HasSubstr("\"error\": \"B is required\""));
  EXPECT_EQ(ctl({"account", "suspend", handle("alice")}).status, 0);
  EXPECT_THAT(explain("alice", "bob").text, HasSubstr("is suspended"));
}

TEST_F(Looking, TraceShowsASessionAndNoSecretOfIt) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  auto trace = start({"trace", "Alice@Example.com", "--for", "2m"});
  expect_printed("Alice@Example.com at notification-1 with MSNP");
  EXPECT_TRUE(good(alice.ping()));
  expect_printed(" S: QNG");
  ask(bob, "CHG % AWY");
  expect_line(alice, "NLN AWY " + handle("bob") + " Bob");
  ask(alice, "PRP % PHH 555%200100");
  const std::string referral = ask(alice, "XFR % SB");
  const std::string ticket = referral.substr(referral.rfind(' ') + 1);
  ASSERT_GT(ticket.size(), 5U) << referral;
  expect_printed(" SB ");
  ask(alice, "CHG % BSY");
  expect_printed("CHG ");
  alice.sign_out();
  EXPECT_EQ(trace.wait(kSaidWithin), 0);
  const std::string text = printed();
  for (const char* line : {" C: PNG", " S: QNG", " S: NLN AWY bob@example.com Bob", " PHH [hidden]",
                           " CKI [hidden]", " C: OUT", "the session has ended"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("555")));
  EXPECT_THAT(text, Not(HasSubstr(ticket)));
  // Who watched whom is on record.
  expect_logged("notification-1",
                "event=administration node=notification-1 call=trace about=alice@example.com "
                "result=begun");
  expect_logged("notification-1", "result=ended");
}

TEST_F(Looking, TraceEndsWithCtrlC) {
  MsnpClient& alice = here("alice", 1);
  auto trace = start({"trace", handle("alice"), "--json"});
  expect_printed("\"event\":\"begun\"");
  trace.signal(SIGINT);
  EXPECT_EQ(trace.wait(kSaidWithin), 0);
  EXPECT_THAT(printed(), HasSubstr("\"reason\":\"interrupted\""));
  expect_logged("notification-1", "result=ended");
  EXPECT_TRUE(good(alice.ping()));
}

TEST_F(Looking, TraceWaitsForASignInWhenAskedTo) {
  const Said away = ctl({"trace", handle("alice")});
  EXPECT_EQ(away.status, 1);
  EXPECT_THAT(away.text, HasSubstr("alice@example.com is not signed in"));
  EXPECT_EQ(ctl({"trace", "nobody@example.com"}).status, 1);
  EXPECT_EQ(ctl({"trace", handle("alice"), "--for", "2h"}).status, 2);
  EXPECT_EQ(ctl({"trace", handle("alice"), "--wait", "--for", "1s"}).status, 1);
  auto trace = start({"trace", handle("alice"), "--wait"});
  MsnpClient& alice = here("alice", 2);
  expect_printed("alice@example.com at notification-2");
  EXPECT_TRUE(good(alice.ping()));
  expect_printed(" C: PNG");
  trace.signal(SIGTERM);
  EXPECT_EQ(trace.wait(kSaidWithin), 0);
}

}  // namespace
}  // namespace monarch::testing
