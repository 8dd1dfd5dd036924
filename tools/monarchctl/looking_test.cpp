// explain and trace, in front of services that say what the test lets them.
#include <gtest/gtest.h>
#include <string>

#include "monarchctl/testing/doubles.hpp"

namespace monarch::ctl {
namespace {

namespace notification = monarch::notification::v1;
namespace presence = monarch::presence::v1;
using Reply = presence::ExplainReply;

class LookingTest : public testing::CommandsFixture {
 protected:
  void SetUp() override {
    CommandsFixture::SetUp();
    for (const char* email : {"alice@example.com", "bob@example.com"}) {
      accounts.states[email] = "active";
      ASSERT_TRUE(add_account(*cluster, email, typed("x"), "").ok());
    }
    auto& reply = presences.explanation;
    rule(reply, "in-forward-list", "in FL", Reply::VERDICT_HOLDS,
         "docs/protocol/presence-and-privacy.md#7-presence-snapshot");
    rule(reply, "not-hidden", "BSY", Reply::VERDICT_HOLDS);
    reply.set_known(true);
    reply.set_visible(true);
    reply.set_sees(true);
    reply.set_status(presence::STATUS_BUSY);
    reply.set_subject_account(5);
    reply.set_viewer_session(77);
    reply.set_viewer_node("notification-1");
    node.shown.set_status(presence::STATUS_BUSY);
  }
  static void rule(Reply& reply, const char* id, const char* fact, Reply::Verdict verdict,
                   const char* citation = "docs/protocol/notification.md#chg-2") {
    auto& made = *reply.add_rules();
    made.set_id(id);
    made.set_rule(std::string("the rule of ") + id);
    made.set_fact(fact);
    made.set_verdict(verdict);
    made.set_citation(citation);
  }
  Answer explain() { return explain_sight(*cluster, "alice@example.com", "bob@example.com"); }

  // What trace prints while it runs, and what it ends with.
  Answer trace(bool json, std::string& printed, const char* email = "bob@example.com",
               bool wait = false) {
    TraceOptions options;
    options.wait = wait;
    options.email = email;
    options.seconds = 30;
    options.json = json;
    ::testing::internal::CaptureStdout();
    auto answer = trace_session(*cluster, options);
    printed = ::testing::internal::GetCapturedStdout();
    return answer;
  }
  void tell() {
    notification::TraceReply begun;
    begun.mutable_begun()->set_node("notification-1");
    begun.mutable_begun()->set_dialect(5);
    begun.mutable_begun()->set_status(presence::STATUS_AWAY);
    node.transcript.push_back(begun);
    notification::TraceReply line;
    line.mutable_line()->set_direction(notification::TraceReply::Line::DIRECTION_IN);
    line.mutable_line()->set_unix_milliseconds(1'050'223'000'007);
    line.mutable_line()->set_text("PNG");
    node.transcript.push_back(line);
    line.mutable_line()->set_direction(notification::TraceReply::Line::DIRECTION_OUT);
    line.mutable_line()->set_text("QNG");
    line.set_dropped(3);
    node.transcript.push_back(line);
    notification::TraceReply ended;
    ended.mutable_ended()->set_reason("kicked");
    node.transcript.push_back(ended);
  }
};

TEST_F(LookingTest, ExplainSaysItInASentenceAndByRule) {
  const auto said = explain();
  ASSERT_TRUE(said.ok());
  EXPECT_EQ(said->status, kDone);
  EXPECT_EQ(presences.explained.subject(), "alice@example.com");
  EXPECT_EQ(presences.explained.viewer(), "bob@example.com");
  EXPECT_TRUE(said->text.starts_with("bob@example.com sees alice@example.com as busy\n"));
  EXPECT_NE(
      said->text.find("yes    the rule of in-forward-list  in FL  presence-and-privacy.md#7\n"),
      std::string::npos)
      << said->text;
  EXPECT_EQ(said->text.find("Note:"), std::string::npos) << said->text;
  EXPECT_NE(said->text.find("BSY    notification.md#chg-2\n"), std::string::npos) << said->text;
  const auto& json = said->json;
  EXPECT_EQ(json["sees"], true);
  EXPECT_EQ(json["status"], "busy");
  EXPECT_EQ(json["rules"].size(), 2U);
  EXPECT_EQ(json["rules"][0]["id"], "in-forward-list");
  EXPECT_EQ(json["rules"][0]["holds"], true);
  EXPECT_EQ(json["shown"]["agrees"], true);
  EXPECT_EQ(json["accounts"]["subject"], "active");
  EXPECT_EQ(node.asked.session(), 77U);
  EXPECT_EQ(node.asked.contact(), 5U);
}

TEST_F(LookingTest, ExplainOfWhoIsNotSeenIsNoFailure) {
  auto& reply = presences.explanation;
  rule(reply, "subject-online", "not signed in", Reply::VERDICT_FAILS);
  rule(reply, "status-chosen", "nothing to look at", Reply::VERDICT_UNKNOWN);
  reply.set_sees(false);
  reply.set_visible(false);
  reply.set_status(presence::STATUS_OFFLINE);
  reply.add_notes("a note of presence's");
  // What the client has been shown is late, and alice cannot sign in.
  accounts.states["alice@example.com"] = "suspended";
  const auto said = explain();
  ASSERT_TRUE(said.ok());
  EXPECT_EQ(said->status, kDone);
  EXPECT_TRUE(said->text.starts_with("bob@example.com does not see alice@example.com\n"));
  EXPECT_NE(said->text.find("\nNO     the rule of subject-online"), std::string::npos);
  EXPECT_NE(said->text.find("\n-      the rule of status-chosen"), std::string::npos);
  EXPECT_EQ(said->json["status"], "offline");
  EXPECT_EQ(said->json["rules"][2]["holds"], false);
  EXPECT_TRUE(said->json["rules"][3]["holds"].is_null());
  EXPECT_EQ(said->json["shown"]["agrees"], false);
  ASSERT_EQ(said->json["notes"].size(), 3U);
  EXPECT_EQ(said->json["notes"][0], "a note of presence's");
  EXPECT_NE(said->json["notes"][1].get<std::string>().find("suspended"), std::string::npos);
  EXPECT_NE(said->json["notes"][2].get<std::string>().find("shown A as busy"), std::string::npos);
}

TEST_F(LookingTest, ExplainOfAViewerWhoIsAway) {
  auto& reply = presences.explanation;
  reply.set_sees(false);
  reply.set_viewer_session(0);
  const auto said = explain();
  ASSERT_TRUE(said.ok());
  EXPECT_TRUE(said->text.starts_with(
      "bob@example.com would see alice@example.com as busy, but is not signed in\n"));
  EXPECT_TRUE(said->json["shown"].is_null());
}

TEST_F(LookingTest, ExplainEndsWithOneForWhatIsNoAccount) {
  presences.explanation.set_known(false);
  EXPECT_EQ(explain()->status, kRefused);
  presences.verdict = {grpc::StatusCode::INVALID_ARGUMENT, "the first is no email"};
  const auto refused = explain();
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().status, kRefused);
  presences.verdict = {grpc::StatusCode::UNAVAILABLE, "Redis is away"};
  EXPECT_EQ(explain().error().status, kFailed);
}

// What is asked besides is no reason to answer nothing.
TEST_F(LookingTest, ExplainNotesWhoCouldNotBeAsked) {
  accounts.verdict = {grpc::StatusCode::UNAVAILABLE, "away"};
  node.verdict = {grpc::StatusCode::NOT_FOUND, "the session is not here"};
  const auto said = explain();
  ASSERT_TRUE(said.ok());
  EXPECT_EQ(said->status, kDone);
  EXPECT_TRUE(said->json["shown"].is_null());
  EXPECT_TRUE(said->json["accounts"]["subject"].is_null());
  ASSERT_EQ(said->json["notes"].size(), 2U);
}

TEST_F(LookingTest, TracePrintsLineByLine) {
  tell();
  std::string printed;
  const auto traced = trace(false, printed);
  ASSERT_TRUE(traced.ok()) << traced.error().text;
  EXPECT_EQ(node.traced.session(), 77U);
  EXPECT_EQ(node.traced.handle(), "bob@example.com");
  EXPECT_EQ(node.traced.seconds(), 30U);
  EXPECT_TRUE(printed.starts_with("bob@example.com at notification-1 with MSNP5, away. C: "));
  EXPECT_NE(printed.find(".007 C: PNG\n(3 lines were left out"), std::string::npos) << printed;
  EXPECT_TRUE(printed.ends_with(" S: QNG\n"));
  EXPECT_EQ(traced->text, "the session has ended (kicked)\n");
  EXPECT_EQ(traced->status, kDone);
}

TEST_F(LookingTest, TracePrintsADocumentALine) {
  tell();
  std::string printed;
  const auto traced = trace(true, printed);
  ASSERT_TRUE(traced.ok());
  std::vector<nlohmann::json> documents;
  for (std::size_t at = 0; at < printed.size();) {
    const auto end = printed.find('\n', at);
    documents.push_back(nlohmann::json::parse(printed.substr(at, end - at)));
    at = end + 1;
  }
  ASSERT_EQ(documents.size(), 4U);
  EXPECT_EQ(documents[0]["event"], "begun");
  EXPECT_EQ(documents[0]["status"], "away");
  EXPECT_EQ(documents[1]["event"], "line");
  EXPECT_EQ(documents[1]["time"], "2003-04-13T08:36:40.007Z");
  EXPECT_EQ(documents[1]["from"], "client");
  EXPECT_EQ(documents[1]["text"], "PNG");
  EXPECT_EQ(documents[2]["lines"], 3);
  EXPECT_EQ(documents[3]["from"], "server");
  EXPECT_TRUE(traced->one_line);
  EXPECT_EQ(traced->json["event"], "ended");
  EXPECT_EQ(traced->json["reason"], "kicked");
  EXPECT_EQ(traced->json["lines"], 2);
  EXPECT_EQ(traced->json["dropped"], 3);
}

// Presence knows of a session a moment before its node does.
TEST_F(LookingTest, TraceThatWaitsAsksTheNodeAgain) {
  tell();
  node.not_yet = 1;
  std::string printed;
  const auto traced = trace(false, printed, "bob@example.com", true);
  ASSERT_TRUE(traced.ok()) << traced.error().text;
  EXPECT_EQ(traced->status, kDone);
  EXPECT_NE(printed.find("C: PNG"), std::string::npos) << printed;
}

TEST_F(LookingTest, TraceSaysWhyThereIsNone) {
  std::string printed;
  node.not_yet = 1;
  const auto gone = trace(false, printed);
  ASSERT_FALSE(gone.ok());
  EXPECT_EQ(gone.error().status, kRefused);
  EXPECT_EQ(gone.error().text, "bob@example.com is not at notification-1 (any more)");
  const auto away = trace(false, printed, "away@example.com");
  ASSERT_FALSE(away.ok());
  EXPECT_EQ(away.error().status, kRefused);
  EXPECT_EQ(away.error().text, "away@example.com is not signed in");
  node.verdict = {grpc::StatusCode::RESOURCE_EXHAUSTED, "8 traces run on this node"};
  const auto full = trace(false, printed);
  ASSERT_FALSE(full.ok());
  EXPECT_EQ(full.error().status, kRefused);
  EXPECT_NE(full.error().text.find("8 traces run"), std::string::npos);
  node.verdict = {grpc::StatusCode::UNAVAILABLE, "the process is ending"};
  EXPECT_EQ(trace(false, printed).error().status, kFailed);
}

}  // namespace
}  // namespace monarch::ctl
