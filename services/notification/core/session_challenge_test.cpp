// CHL and QRY: docs/protocol/notification.md#chl-qry-6 and
// docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules.
#include <algorithm>
#include <cctype>
#include <gtest/gtest.h>

#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using namespace std::chrono_literals;
using testing::Stage;

constexpr std::string_view kClient = "msmsgs@msnmsgr.com";
constexpr std::string_view kKey = "Q1P7W2E4J9R8U3S5";

Settings challenging() {
  Settings settings;
  settings.challenge_every = 30min;
  return settings;
}

// The challenge in "CHL <trid> <challenge>"; empty when that is not what was said.
std::string question_of(const std::string& said, std::string_view trid) {
  const std::string begin = "CHL " + std::string(trid) + " ";
  if (!said.starts_with(begin) || !said.ends_with("\r\n")) return {};
  auto digits = said.substr(begin.size(), said.size() - begin.size() - 2);
  const bool good = digits.size() == 20 && digits.front() != '0' &&
                    std::all_of(digits.begin(), digits.end(),
                                [](unsigned char c) { return std::isdigit(c) != 0; });
  return good ? digits : std::string();
}

std::string answer_to(const std::string& question, std::string_view trid,
                      std::string_view client = kClient, std::string_view key = kKey) {
  return "QRY " + std::string(trid) + " " + std::string(client) + " 32\r\n" +
         testing::toy_md5(question + std::string(key));
}

TEST(Challenge, AClientMayAskForOneAtAnyTime) {
  Stage stage;
  stage.sign_in("MSNP6");
  const auto question = question_of(stage.line("CHL 9"), "9");
  ASSERT_NE(question, "");
  EXPECT_EQ(stage.says(answer_to(question, "10") + "PNG\r\n"), "QRY 10\r\nQNG\r\n");
  EXPECT_EQ(stage.counters.challenges_sent, 1U);
  EXPECT_EQ(stage.counters.challenges_passed, 1U);
  EXPECT_EQ(stage.says(answer_to(question, "11")), "715 11\r\n") << "answered once";
  EXPECT_FALSE(stage.closed);
  EXPECT_FALSE(stage.session->due());
}

TEST(Challenge, EachKeyOfTheTableFits) {
  for (const auto& [client, key] : {std::pair{"msmsgs@msnmsgr.com", "Q1P7W2E4J9R8U3S5"},
                                    std::pair{"PROD0038W!61ZTF9", "VT6PX?UQTM4WM%YR"},
                                    std::pair{"PROD0058#7IL2{QD", "QHDCY@7R1TB6W?5B"},
                                    std::pair{"PROD0061VRRZH@4F", "JXQ6J@TUOGYV@N0M"}}) {
    Stage stage;
    stage.sign_in("MSNP7");
    const auto question = question_of(stage.line("CHL 9"), "9");
    EXPECT_EQ(stage.says(answer_to(question, "10", client, key)), "QRY 10\r\n") << client;
  }
}

TEST(Challenge, AWrongAnswerIs540AndTheEnd) {
  const std::string zeros(32, '0');
  const auto upper = [](std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    return text;
  };
  for (const std::string_view kind : {"digest", "client", "key", "short", "long", "upper"}) {
    Stage stage;
    stage.sign_in("MSNP6");
    const auto question = question_of(stage.line("CHL 9"), "9");
    const auto right = testing::toy_md5(question + std::string(kKey));
    std::string line;
    if (kind == "digest") line = "QRY 10 msmsgs@msnmsgr.com 32\r\n" + zeros;
    if (kind == "client") line = answer_to(question, "10", "nobody@example.com");
    if (kind == "key") line = answer_to(question, "10", "PROD0038W!61ZTF9");
    if (kind == "short") line = "QRY 10 msmsgs@msnmsgr.com 31\r\n" + right.substr(1);
    if (kind == "long") {
      line = "QRY 10 msmsgs@msnmsgr.com 256\r\n" + right + std::string(224, '0');
    }
    if (kind == "upper") line = "QRY 10 msmsgs@msnmsgr.com 32\r\n" + upper(right);
    EXPECT_EQ(stage.says(line), "540 10\r\n") << kind;
    EXPECT_EQ(stage.closed, CloseReason::kChallengeFailed) << kind;
    EXPECT_EQ(stage.counters.challenges_passed, 0U);
  }
}

TEST(Challenge, ALengthAboveTheLimitClosesUnread) {
  Stage stage;
  stage.sign_in("MSNP6");
  stage.line("CHL 9");
  EXPECT_EQ(stage.line("QRY 10 msmsgs@msnmsgr.com 257"), "");
  EXPECT_EQ(stage.closed, CloseReason::kPayloadTooLong);
  Stage other;
  other.sign_in("MSNP6");
  EXPECT_EQ(other.line("QRY 10 msmsgs@msnmsgr.com -1"), "");
  EXPECT_EQ(other.closed, CloseReason::kBadPayloadLength);
}

TEST(Challenge, IsUnknownBelowMsnp6) {
  Stage chl;
  chl.sign_in("MSNP5");
  EXPECT_EQ(chl.line("CHL 9"), "");
  EXPECT_EQ(chl.closed, CloseReason::kWrongDialect);
  Stage qry;
  qry.sign_in("MSNP2");
  EXPECT_EQ(qry.says("QRY 10 msmsgs@msnmsgr.com 32\r\n" + std::string(31, '0')), "");
  EXPECT_FALSE(qry.closed) << "the payload is read first";
  EXPECT_EQ(qry.says("0"), "");
  EXPECT_EQ(qry.closed, CloseReason::kWrongDialect);
}

TEST(Challenge, ServersOwnBeginWithTheFirstChgAndReturnIrregularly) {
  Stage stage(challenging());
  stage.sign_in("MSNP6");
  stage.synchronise(14);
  EXPECT_EQ(stage.counters.challenges_sent, 0U);
  const auto said = stage.go_online({testing::contact(2, "bob", model::Status::kBusy, 9)});
  const std::string before = "CHG 6 NLN\r\nILN 6 BSY bob@example.com Bob\r\n";
  ASSERT_EQ(said.substr(0, before.size()), before);
  auto question = question_of(said.substr(before.size()), "0");
  std::vector<Duration> waits;
  for (int round = 0; round < 5; ++round) {
    ASSERT_NE(question, "");
    ASSERT_EQ(stage.says(answer_to(question, "20")), "QRY 20\r\n");
    ASSERT_TRUE(stage.session->due());
    waits.push_back(*stage.session->due() - stage.clock.now());
    EXPECT_GE(waits.back(), 30min);
    EXPECT_LE(waits.back(), 60min);
    question = question_of(stage.passes(waits.back()), "0");
  }
  std::sort(waits.begin(), waits.end());
  EXPECT_NE(waits.front(), waits.back());
}

TEST(Challenge, NoneOfItsOwnWhenOffOrBelowMsnp6) {
  for (const auto& [settings, dialect] :
       {std::pair{Settings(), "MSNP7"}, std::pair{challenging(), "MSNP5"}}) {
    Stage stage(settings);
    stage.sign_in(dialect);
    EXPECT_EQ(stage.go_online(), "CHG 6 NLN\r\n");
    EXPECT_FALSE(stage.session->due()) << dialect;
  }
}

TEST(Challenge, BeginsAlsoWhilePresenceIsAway) {
  Stage stage(challenging());
  stage.sign_in("MSNP6");
  stage.line("CHG 6 NLN");
  const auto said = stage.replies(model::Failed{model::Fault::kUnreachable});
  EXPECT_NE(question_of(said.substr(said.find("CHL")), "0"), "");
}

TEST(Challenge, WithoutAnAnswerItIsOutAndTheEnd) {
  Stage stage(challenging());
  stage.sign_in("MSNP6");
  stage.go_online();
  EXPECT_EQ(stage.passes(49s), "");
  EXPECT_EQ(stage.line("PNG"), "QNG\r\n") << "other lines are no answer";
  EXPECT_EQ(stage.passes(1s), "OUT\r\n");
  EXPECT_EQ(stage.closed, CloseReason::kChallengeUnanswered);
}

// The one that is outstanding is told again, so that whoever asked while ours was on its way may
// answer either; and asking again gives no more time.
TEST(Challenge, WhileOneIsOutstandingItIsToldAgain) {
  Stage stage;
  stage.sign_in("MSNP6");
  const auto question = question_of(stage.line("CHL 9"), "9");
  stage.passes(30s);
  EXPECT_EQ(question_of(stage.line("CHL 10"), "10"), question);
  EXPECT_EQ(stage.counters.challenges_sent, 1U);
  EXPECT_EQ(stage.passes(20s), "OUT\r\n");
  EXPECT_TRUE(stage.closed);
}

TEST(Challenge, ServersOwnWaitsForTheAnswerToAnEarlierOne) {
  auto settings = challenging();
  settings.challenge_every = 1min;
  Stage stage(settings);
  stage.sign_in("MSNP6");
  const auto said = stage.go_online();
  stage.says(answer_to(question_of(said.substr(said.find("CHL")), "0"), "7"));
  const auto next = *stage.session->due();
  stage.passes(next - stage.clock.now() - 1s);
  const auto asked = question_of(stage.line("CHL 9"), "9");
  EXPECT_EQ(stage.passes(10s), "");
  EXPECT_EQ(stage.says(answer_to(asked, "10")), "QRY 10\r\n");
  EXPECT_EQ(stage.session->due(), next) << "overdue";
  EXPECT_NE(question_of(stage.passes(Duration()), "0"), "");
}

// What we are slow with is not the client's fault.
TEST(Challenge, TimeDoesNotRunOutWhileTheClientWaitsForUs) {
  Stage stage;
  stage.sign_in("MSNP6");
  const auto question = question_of(stage.line("CHL 9"), "9");
  stage.passes(49s);
  stage.line("SYN 10 0");
  stage.says(answer_to(question, "11"));
  EXPECT_EQ(stage.passes(4s), "");
  ASSERT_FALSE(stage.closed);
  EXPECT_EQ(stage.replies(model::Failed{model::Fault::kUnreachable}), "501 10\r\nQRY 11\r\n");
  EXPECT_FALSE(stage.closed);
}

TEST(Challenge, NothingIsHeardAfterTheEnd) {
  Stage stage;
  stage.sign_in("MSNP6");
  const auto question = question_of(stage.line("CHL 9"), "9");
  stage.passes(50s);
  EXPECT_EQ(stage.says(answer_to(question, "10")), "");
  EXPECT_FALSE(stage.session->due());
}

}  // namespace
}  // namespace monarch::notification
