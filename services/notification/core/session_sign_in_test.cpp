// Sign-in and what needs nobody else: docs/protocol/dispatch.md,
// docs/protocol/framing.md#9-what-closes-a-connection.
#include <gtest/gtest.h>

#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Fault;
using testing::Stage;
using testing::version;

constexpr std::string_view kDigest = "0123456789abcdef0123456789abcdef";

std::string usr_s(int trid) {
  return "USR " + std::to_string(trid) + " MD5 S " + std::string(kDigest);
}

TEST(SessionSignIn, GoesFromVerToUsrOkWithTheProfileInTheSameWrite) {
  Stage stage;
  EXPECT_EQ(stage.line("VER 4 MSNP5 MSNP4 CVR0"), "VER 4 MSNP5 MSNP4 CVR0\r\n");
  EXPECT_EQ(stage.line("INF 5"), "INF 5 MD5\r\n");
  const auto challenge = stage.line("USR 6 MD5 I Alice@Example.com");
  EXPECT_EQ(challenge.substr(0, 23), "USR 6 MD5 S 1050223000.");
  EXPECT_EQ(stage.line(usr_s(7)), "");
  ASSERT_TRUE(stage.verify);
  EXPECT_EQ(stage.verify->handle, "alice@example.com");
  EXPECT_EQ(stage.verify->digest, kDigest);
  EXPECT_EQ(stage.verify->peer, "192.0.2.7");
  EXPECT_EQ("USR 6 MD5 S " + stage.verify->challenge + "\r\n", challenge);

  EXPECT_EQ(stage.verified({Verified::Result::kOk, AccountId((1ULL << 32U) + 2), true}), "");
  const auto* open = stage.asked<model::OpenSession>();
  ASSERT_NE(open, nullptr);
  EXPECT_EQ(open->account, AccountId((1ULL << 32U) + 2));
  EXPECT_EQ(open->session, stage.session->ref().session);
  EXPECT_EQ(open->node, NodeId("notification-1"));
  EXPECT_EQ(open->dialect, 5);
  const auto ok = stage.replies(model::Opened{version(7), "Alice"});
  EXPECT_EQ(ok.substr(0, ok.find("MIME")),
            "USR 7 OK alice@example.com Alice\r\nMSG Hotmail Hotmail 347\r\n");
  EXPECT_NE(ok.find("LoginTime: 1050223000\r\n"), std::string::npos);
  EXPECT_NE(ok.find("MemberIdHigh: 1\r\nMemberIdLow: 2\r\n"), std::string::npos);
  EXPECT_TRUE(stage.session->signed_in());
  EXPECT_FALSE(stage.closed);
}

TEST(SessionSignIn, IsTheSameHoweverTheBytesAreCut) {
  const std::string bytes =
      "VER 1 MSNP2\nINF 2 \r\nUSR 3 MD5 I carol@example.com\n" + usr_s(4) + "\nPNG\n";
  std::string whole;
  {
    Stage stage;
    whole = stage.says(bytes);
  }
  for (std::size_t cut = 1; cut < bytes.size(); ++cut) {
    Stage stage;
    auto said = stage.says(bytes.substr(0, cut));
    said += stage.says(bytes.substr(cut));
    ASSERT_EQ(said, whole) << "cut at " << cut;
    ASSERT_TRUE(stage.verify) << "cut at " << cut;
    stage.verified({Verified::Result::kOk, AccountId(3), true});
    said = stage.replies(model::Opened{version(7), "Carol"});
    EXPECT_EQ(said.substr(0, 31), "USR 4 OK carol@example.com Caro");
    EXPECT_EQ(said.substr(said.size() - 5), "QNG\r\n") << "the PNG waited";
  }
}

TEST(SessionSignIn, TakesUsrFirstAsMsnp2) {
  Stage stage;
  const auto challenge = stage.line("USR 4 MD5 I alice@example.com");
  EXPECT_EQ(challenge.substr(0, 12), "USR 4 MD5 S ");
  stage.line(usr_s(5));
  stage.verified({Verified::Result::kOk, AccountId(1), true});
  EXPECT_EQ(stage.asked<model::OpenSession>()->dialect, 2);
  const auto ok = stage.replies(model::Opened{version(7), "Alice"});
  EXPECT_NE(ok.find("MSG Hotmail Hotmail 95\r\n"), std::string::npos);
}

TEST(SessionSignIn, TellsMsnp6WhetherTheAddressIsVerified) {
  for (const bool address_verified : {true, false}) {
    Stage stage;
    stage.line("VER 1 MSNP6");
    stage.line("USR 2 MD5 I alice@example.com");
    stage.line(usr_s(3));
    stage.verified({Verified::Result::kOk, AccountId(1), address_verified});
    const auto ok = stage.replies(model::Opened{version(7), "Alice"});
    EXPECT_EQ(ok.substr(0, ok.find('\r')),
              address_verified ? "USR 3 OK alice@example.com Alice 1"
                               : "USR 3 OK alice@example.com "
                                 "alice@example.com%20(E-Mail%20Address%20Not%20Verified) 0");
  }
}

struct Failure {
  Verified::Result verified;
  std::optional<Fault> opened;
  std::string_view answer;
};

TEST(SessionSignIn, AnswersEachFailureAndCloses) {
  const Failure failures[] = {
      {Verified::Result::kRefused, {}, "911 7\r\n"},
      {Verified::Result::kStoreUnavailable, {}, "603 7\r\n"},
      {Verified::Result::kUnreachable, {}, "600 7\r\n"},
      {Verified::Result::kNoConsent, {}, "923 7\r\n"},
      {Verified::Result::kUnverified, {}, "924 7\r\n"},
      {Verified::Result::kMaintenance, {}, "500 7\r\n"},
      {Verified::Result::kOk, Fault::kRosterUnavailable, "603 7\r\n"},
      {Verified::Result::kOk, Fault::kIndexUnavailable, "600 7\r\n"},
      {Verified::Result::kOk, Fault::kOverloaded, "600 7\r\n"},
      {Verified::Result::kOk, Fault::kUnreachable, "600 7\r\n"},
      {Verified::Result::kOk, Fault::kNoPrincipal, "600 7\r\n"},
      {Verified::Result::kOk, Fault::kFenced, "OUT OTH\r\n"},
  };
  for (const auto& failure : failures) {
    Stage stage;
    stage.says("VER 1 MSNP5\r\nUSR 2 MD5 I alice@example.com\r\n");
    stage.line(usr_s(7));
    auto answer = stage.verified({failure.verified, AccountId(1), true});
    if (failure.opened) answer = stage.replies(model::Failed{*failure.opened});
    EXPECT_EQ(answer, failure.answer);
    EXPECT_TRUE(stage.closed);
    EXPECT_EQ(stage.line("PNG"), "") << "nothing is heard after the end";
  }
}

TEST(SessionSignIn, RefersOrRefusesWhoCannotBeTaken) {
  Stage stage;
  stage.door.admission = {Admission::Kind::kReferred, "10.0.0.6:1863"};
  EXPECT_EQ(stage.says("VER 1 MSNP5\r\nUSR 3 MD5 I alice@example.com\r\n"),
            "VER 1 MSNP5\r\nXFR 3 NS 10.0.0.6:1863 0\r\n");
  EXPECT_EQ(stage.closed, CloseReason::kReferred);

  Stage seven;
  seven.door.admission = {Admission::Kind::kReferred, "10.0.0.6:1863"};
  EXPECT_EQ(seven.says("VER 1 MSNP7\r\nUSR 3 MD5 I alice@example.com\r\n"),
            "VER 1 MSNP7\r\nXFR 3 NS 10.0.0.6:1863 0 10.0.0.5:1863\r\n");

  for (const auto& [kind, answer] : {std::pair{Admission::Kind::kFull, "600 3\r\n"},
                                     std::pair{Admission::Kind::kNowhere, "601 3\r\n"}}) {
    Stage full;
    full.door.admission = {kind, {}};
    EXPECT_EQ(full.says("VER 1 MSNP5\r\nUSR 3 MD5 I alice@example.com\r\n"),
              std::string("VER 1 MSNP5\r\n") + answer);
    EXPECT_EQ(full.closed, CloseReason::kUnavailable);
  }
}

TEST(SessionSignIn, EndsAfterAMinute) {
  Stage stage;
  stage.line("VER 1 MSNP5");
  EXPECT_EQ(stage.session->due(), stage.clock.now() + std::chrono::seconds(60));
  stage.passes(std::chrono::seconds(59));
  EXPECT_FALSE(stage.closed);
  EXPECT_EQ(stage.passes(std::chrono::seconds(1)), "");
  EXPECT_EQ(stage.closed, CloseReason::kLoginTimeout);
}

TEST(SessionSignIn, ClosesWithoutAWordOnWhatIsOutOfState) {
  for (const std::string_view line :
       {"SYN 1 0", "CHG 1 NLN", "PNG", "MSG 1 U 3", "NLN NLN a@b.c A", "CAL 1 a@b.c", "syn 1 0",
        "USR 1 CTP I alice@example.com", "XFR 1 NS"}) {
    Stage stage;
    stage.line("VER 0 MSNP5");
    EXPECT_EQ(stage.line(line), "") << line;
    EXPECT_TRUE(stage.closed) << line;
  }
}

TEST(SessionSignedIn, AnswersWhatNeedsNobody) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.line("PNG"), "QNG\r\n");
  EXPECT_EQ(stage.line("USR 5 MD5 I alice@example.com"), "207 5\r\n");
  EXPECT_EQ(stage.line("VER 6 MSNP5"), "715 6\r\n");
  EXPECT_EQ(stage.line("INF 7"), "715 7\r\n");
  EXPECT_EQ(stage.line("FND 8 fname=* lname=x city=* state=* country=*"), "502 8\r\n");
  EXPECT_EQ(stage.line("XFR 9 SB"), "913 9\r\n") << "before the first CHG";
  EXPECT_EQ(stage.line("XFR 9 NS"), "201 9\r\n");
  EXPECT_EQ(stage.line("CVR 10 0x0409 win 4.10 i386 MSMSGS 3.0.0283 MSMSGS"),
            "CVR 10 3.0.0283 3.0.0283 3.0.0283 http://im.example.com/download "
            "http://im.example.com/\r\n");
  EXPECT_FALSE(stage.closed);
  stage.go_online();
  EXPECT_EQ(stage.line("OUT"), "");
  EXPECT_EQ(stage.closed, CloseReason::kClientLeft);
}

struct Closing {
  std::string_view dialect;
  std::string_view line;
};

TEST(SessionSignedIn, ClosesWithoutAWordOnWhatTheSpecificationSays) {
  const std::string name(388, 'n');
  const std::string phone(96, '5');
  const std::string long_add = "ADD 1 FL bob@example.com " + name;
  const std::string long_rea = "REA 1 alice@example.com " + name;
  const std::string long_prp = "PRP 1 PHH " + phone;
  const Closing closings[] = {
      {"MSNP5", "XYZ 1"},
      {"MSNP5", "CAL 1 bob@example.com"},
      {"MSNP5", "MSG 1 U 5"},
      {"MSNP5", "NLN NLN bob@example.com Bob"},
      {"MSNP5", "QNG"},
      {"MSNP5", "png"},
      {"MSNP5", "SYN x 0"},
      {"MSNP5", "SYN 4294967296 0"},
      {"MSNP5", "SYN 1"},
      {"MSNP5", "SYN 1 x"},
      {"MSNP5", "SYN 1 4294967296"},
      {"MSNP5", "SYN 1 -1"},
      {"MSNP5", "GTC 1 B"},
      {"MSNP5", "BLP 1 CL"},
      {"MSNP5", "LST 1 XL"},
      {"MSNP5", "CHG 1 XXX"},
      {"MSNP5", "CHG 1 nln"},
      {"MSNP5", "CHG 1"},
      {"MSNP5", "XFR 1"},
      {"MSNP5", "ADD 1 RL bob@example.com Bob"},
      {"MSNP5", "ADD 1 FL bob@example.com"},
      {"MSNP5", "ADD 1 FL bob@example.com Bob 0"},
      {"MSNP7", "ADD 1 AL bob@example.com Bob 0"},
      {"MSNP5", long_add},
      {"MSNP5", "REM 1 RL bob@example.com"},
      {"MSNP5", "REM 1 FL"},
      {"MSNP5", long_rea},
      {"MSNP5", "REA 1 alice@example.com"},
      {"MSNP5", "PRP 1 PHHH 5"},
      {"MSNP5", long_prp},
      {"MSNP5", "PRP 1 MOB X"},
      {"MSNP4", "PRP 1 PHH 5"},
      {"MSNP6", "LSG 1"},
  };
  for (const auto& closing : closings) {
    Stage stage;
    stage.sign_in(closing.dialect);
    EXPECT_EQ(stage.line(closing.line), "") << closing.line;
    EXPECT_TRUE(stage.closed) << closing.line;
    EXPECT_FALSE(stage.ask) << closing.line;
  }
}

TEST(SessionSignedIn, ToleratesWhatOldClientsSend) {
  Stage stage;
  stage.sign_in("MSNP2");
  EXPECT_EQ(stage.says("PNG\n\r\n\nPNG \r\n"), "QNG\r\nQNG\r\n");
  // COMPAT(gaim of 2000): a nickname after REM.
  EXPECT_EQ(stage.says("REM\t4  FL BOB@example.com Bob \n"), "");
  ASSERT_NE(stage.asked<model::RemoveContact>(), nullptr);
  EXPECT_EQ(stage.asked<model::RemoveContact>()->handle, "bob@example.com");
}

TEST(SessionSignedIn, IsSlowedDownAboveTheRateAndLosesNothing) {
  Settings settings;
  settings.commands_per_second = 10;
  settings.commands_burst = 20;
  Stage stage(settings);
  stage.sign_in();
  stage.passes(std::chrono::seconds(10));
  std::string pings;
  for (int i = 0; i < 30; ++i) pings += "PNG\r\n";
  const auto at_once = stage.says(pings);
  EXPECT_EQ(at_once.size(), 20U * 5U);
  ASSERT_TRUE(stage.session->due());
  const auto wait = *stage.session->due() - stage.clock.now();
  EXPECT_GT(wait, Duration());
  EXPECT_LE(wait, std::chrono::milliseconds(100));
  EXPECT_EQ(stage.passes(std::chrono::milliseconds(500)).size(), 5U * 5U);
  EXPECT_EQ(stage.passes(std::chrono::seconds(1)).size(), 5U * 5U);
  EXPECT_FALSE(stage.closed);
}

TEST(SessionSignedIn, ClosesOnABacklogAboveItsLimit) {
  Stage stage;
  stage.sign_in();
  stage.line("SYN 5 0");
  const std::string pings = [] {
    std::string text;
    while (text.size() < 4000) text += "PNG\r\n";
    return text;
  }();
  for (int i = 0; i < 17 && !stage.closed; ++i) stage.says(pings);
  EXPECT_EQ(stage.closed, CloseReason::kBacklog);
}

TEST(SessionSignedIn, IsToldWhyItEnds) {
  Stage kicked;
  kicked.sign_in();
  const auto kick = [](Stage& stage, model::KickReason reason) {
    return stage.run([&](Effects& effects) { stage.session->kick(reason, effects); });
  };
  EXPECT_EQ(kick(kicked, model::KickReason::kSignedInElsewhere), "OUT OTH\r\n");
  EXPECT_EQ(kicked.closed, CloseReason::kSignedInElsewhere);
  EXPECT_EQ(kick(kicked, model::KickReason::kSignedInElsewhere), "") << "once";

  Stage removed;
  removed.sign_in();
  EXPECT_EQ(kick(removed, model::KickReason::kAccountRemoved), "OUT\r\n");
  EXPECT_EQ(removed.closed, CloseReason::kKicked);

  Stage stopping;
  stopping.sign_in();
  EXPECT_EQ(stopping.run([&](Effects& effects) { stopping.session->shut_down(effects); }),
            "OUT SSD\r\n");
  EXPECT_EQ(stopping.closed, CloseReason::kShutdown);

  Stage joining;
  joining.says("VER 1 MSNP5\r\nUSR 2 MD5 I alice@example.com\r\n");
  joining.line(usr_s(3));
  joining.verified({Verified::Result::kOk, AccountId(1), true});
  EXPECT_EQ(kick(joining, model::KickReason::kSignedInElsewhere), "OUT OTH\r\n");
  EXPECT_TRUE(joining.closed);
}

TEST(SessionMemory, StaysWithinItsBudget) {
  Stage stage;
  stage.sign_in();
  const auto idle = sizeof(Session) + stage.session->heap_bytes();
  EXPECT_LT(idle, 700U);
  stage.synchronise(14);
  std::vector<model::ContactState> contacts;
  for (std::uint64_t i = 2; i < 12; ++i) {
    contacts.push_back(testing::contact(i, "bob", model::Status::kBusy, i));
  }
  stage.go_online(contacts);
  EXPECT_LT(sizeof(Session) + stage.session->heap_bytes(), idle + 500);
  RecordProperty("idle_bytes", static_cast<int>(idle));
}

}  // namespace
}  // namespace monarch::notification
