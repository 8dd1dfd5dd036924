#include <gtest/gtest.h>

#include "msnp/notice.hpp"
#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Status;
using testing::contact;
using testing::House;
using testing::Stage;

model::Toast toast(const std::string& text = "Your order has shipped.") {
  model::Toast toast;
  toast.id = 2;
  toast.site_url = "http://im.example.com/";
  toast.text = text;
  return toast;
}

const char* const kDialects[] = {"MSNP2", "MSNP3", "MSNP4", "MSNP5", "MSNP6", "MSNP7"};

struct NoticeTest : ::testing::Test {
  Stage stage;
  NoticeFate fate = NoticeFate::kForeign;

  std::string tells(const model::Notice& notice) {
    return stage.run([&](Effects& effects) { fate = stage.session->notice(notice, effects); });
  }
  std::string counted(const Mailbox& mailbox, MailAnswer* answer = nullptr) {
    return stage.run([&](Effects& effects) {
      const auto got = stage.session->mail_counted(mailbox, effects);
      if (answer != nullptr) *answer = got;
    });
  }
};

// docs/protocol/notification.md#not-5
TEST_F(NoticeTest, AToastIsForMsnp5AndLater) {
  for (const std::string dialect : kDialects) {
    stage.session.emplace(stage.around, "192.0.2.7");
    stage.sign_in(dialect);
    const auto line = tells(toast());
    if (dialect < "MSNP5") {
      EXPECT_EQ(line, "") << dialect;
      EXPECT_EQ(fate, NoticeFate::kNotInDialect) << dialect;
      continue;
    }
    EXPECT_EQ(fate, NoticeFate::kTold) << dialect;
    std::string document;
    const Handle alice = Handle::trusted("alice@example.com");
    ASSERT_TRUE(msnp::append_not(document, {AccountId(1), alice}, toast()));
    EXPECT_EQ(line, "NOT " + std::to_string(document.size()) + "\r\n" + document) << dialect;
  }
}

// docs/protocol/notification.md#ipg-6
TEST_F(NoticeTest, APageIsForMsnp6AndLater) {
  for (const std::string dialect : kDialects) {
    stage.session.emplace(stage.around, "192.0.2.7");
    stage.sign_in(dialect);
    const auto line = tells(model::IncomingPage{"Bob", "Late", 0});
    EXPECT_EQ(fate, dialect < "MSNP6" ? NoticeFate::kNotInDialect : NoticeFate::kTold) << dialect;
    EXPECT_EQ(line.starts_with("IPG "), dialect >= "MSNP6") << dialect;
  }
}

TEST_F(NoticeTest, MailAndShutdownAreForEverybody) {
  model::NewMail mail;
  mail.from = "Bob";
  mail.subject = "Lunch?";
  mail.folder = "ACTIVE";
  for (const std::string dialect : kDialects) {
    stage.session.emplace(stage.around, "192.0.2.7");
    stage.sign_in(dialect);
    const auto news = tells(mail);
    EXPECT_TRUE(news.starts_with("MSG Hotmail Hotmail ")) << dialect;
    EXPECT_NE(news.find(dialect == "MSNP2" ? "Content-Type: application/x-msmsgsemailnotification"
                                           : "Content-Type: text/x-msmsgsemailnotification"),
              std::string::npos)
        << dialect;
    EXPECT_NE(tells(model::MailActivity{"ACTIVE", "trAsH", 1}).find("Message-Delta: 1\r\n"),
              std::string::npos);
    EXPECT_EQ(tells(model::ShutdownNotice{5}),
              "MSG Hotmail Hotmail 90\r\nMIME-Version: 1.0\r\n"
              "Content-Type: application/x-msmsgssystemmessage\r\n\r\nType: 1\r\nArg1: 5\r\n\r\n");
    EXPECT_EQ(fate, NoticeFate::kTold);
  }
}

TEST_F(NoticeTest, NobodyIsToldBeforeHeIsSignedIn) {
  const model::Notice notices[] = {toast(), model::ShutdownNotice{5}, model::NewStatus{},
                                   model::NewMail{}, model::IncomingPage{"Bob", "Late", 0}};
  const auto quiet = [&] {
    for (const auto& notice : notices) {
      EXPECT_EQ(tells(notice), "");
      EXPECT_EQ(fate, NoticeFate::kNotYet);
    }
  };
  quiet();
  stage.says("VER 1 MSNP7 CVR0\r\nINF 2\r\nUSR 3 MD5 I alice@example.com\r\n");
  quiet();
  stage.line("USR 4 MD5 S 0123456789abcdef0123456789abcdef");
  quiet();
  stage.verified({Verified::Result::kOk, AccountId(1), true});
  quiet();
  stage.replies(model::Opened{testing::version(7), "Alice"});
  EXPECT_NE(tells(toast()), "");
}

TEST_F(NoticeTest, AUserWhoIsHiddenIsToldLikeOthers) {
  stage.sign_in("MSNP7");
  stage.line("CHG 6 HDN");
  stage.replies(model::StatusChanged{});
  EXPECT_NE(tells(toast()), "");
  EXPECT_NE(tells(model::IncomingPage{"Bob", "Late", 0}), "");
}

TEST_F(NoticeTest, WhatNoClientCouldTakeIsNotSent) {
  stage.sign_in();
  auto wide = toast();
  wide.action_url.assign(1'200, 'u');
  EXPECT_EQ(tells(wide), "");
  EXPECT_EQ(fate, NoticeFate::kUnfit);
}

// docs/protocol/notification.md#chg-2
TEST_F(NoticeTest, ANewStatusIsToldToTheClientAndAnnounced) {
  stage.sign_in();
  stage.go_online();
  EXPECT_EQ(tells(model::NewStatus{Status::kAway}), "CHG 0 AWY\r\n");
  const auto* announced = stage.chores<model::ChangeStatus>();
  ASSERT_NE(announced, nullptr);
  EXPECT_EQ(announced->status, Status::kAway);
  EXPECT_FALSE(announced->first);
  EXPECT_EQ(stage.finishes(model::StatusChanged{}), "");
  EXPECT_EQ(stage.session->status(), Status::kAway);
  // He has it already.
  EXPECT_EQ(tells(model::NewStatus{Status::kAway}), "");
  EXPECT_EQ(fate, NoticeFate::kSame);
  // Signing out has a line of its own.
  EXPECT_EQ(tells(model::NewStatus{Status::kOffline}), "");
  EXPECT_EQ(fate, NoticeFate::kUnfit);
}

TEST_F(NoticeTest, NobodyIsMadeVisibleBeforeHisFirstChg) {
  stage.sign_in();
  EXPECT_EQ(tells(model::NewStatus{Status::kAway}), "");
  EXPECT_EQ(fate, NoticeFate::kNotYet);
  stage.line("CHG 6 NLN");
  EXPECT_EQ(tells(model::NewStatus{Status::kAway}), "");
  EXPECT_EQ(stage.replies(model::StatusChanged{}), "CHG 6 NLN\r\n");
}

TEST_F(NoticeTest, TheUsersOwnChgThatIsUnderWayComesLast) {
  stage.sign_in();
  stage.go_online();
  stage.line("CHG 7 BSY");
  EXPECT_EQ(tells(model::NewStatus{Status::kAway}), "CHG 0 AWY\r\n");
  EXPECT_FALSE(stage.chore.has_value());
  EXPECT_EQ(stage.replies(model::StatusChanged{}), "CHG 7 BSY\r\n");
  EXPECT_EQ(stage.session->status(), Status::kBusy);
  EXPECT_FALSE(stage.chore.has_value());
}

TEST_F(NoticeTest, AStatusThatPresenceDidNotHearIsAnnouncedLater) {
  stage.sign_in();
  stage.go_online();
  tells(model::NewStatus{Status::kAway});
  stage.finishes(model::Failed{model::Fault::kUnreachable});
  EXPECT_FALSE(stage.chore.has_value());
  stage.passes(stage.settings.announce_retry);
  ASSERT_NE(stage.chores<model::ChangeStatus>(), nullptr);
  EXPECT_EQ(stage.chores<model::ChangeStatus>()->status, Status::kAway);
}

struct MailTest : NoticeTest {
  MailTest() { stage.settings.mailbox = true; }
  // Whether the call wanted mail to be counted.
  bool wants(std::string_view line, const model::Reply& reply) {
    stage.line(line);
    bool wanted = false;
    const auto asked = std::exchange(stage.ask, std::nullopt);
    stage.run([&](Effects& effects) {
      stage.session->answer(*asked, reply, effects);
      wanted = effects.count_mail;
    });
    return wanted;
  }
};

TEST_F(MailTest, IsLookedForOnceAfterTheFirstChg) {
  stage.sign_in();
  EXPECT_TRUE(wants("CHG 6 NLN", model::StatusChanged{{contact(2, "bob", Status::kOnline, 1)}}));
  EXPECT_FALSE(wants("CHG 7 BSY", model::StatusChanged{}));
}

TEST_F(MailTest, IsLookedForWhenPresenceIsAwayToo) {
  stage.sign_in();
  EXPECT_TRUE(wants("CHG 6 NLN", model::Failed{model::Fault::kIndexUnavailable}));
}

TEST_F(MailTest, IsNotLookedForWithoutAMailSystem) {
  stage.settings.mailbox = false;
  stage.sign_in();
  EXPECT_FALSE(wants("CHG 6 NLN", model::StatusChanged{}));
}

TEST_F(MailTest, OnlyUnreadMailIsTold) {
  stage.sign_in();
  stage.go_online();
  MailAnswer answer{};
  const auto with = [](std::uint32_t inbox, std::uint32_t folders) {
    return Mailbox{Mailbox::Result::kKnown, {inbox, folders, "/i", "/f", "http://m.example.com"}};
  };
  EXPECT_NE(counted(with(1, 0), &answer).find("Inbox-Unread: 1\r\n"), std::string::npos);
  EXPECT_EQ(answer, MailAnswer::kUnread);
  EXPECT_NE(counted(with(0, 2)).find("Folders-Unread: 2\r\n"), std::string::npos);
  EXPECT_EQ(counted(with(0, 0), &answer), "");
  EXPECT_EQ(answer, MailAnswer::kNothing);
  EXPECT_EQ(counted({Mailbox::Result::kNone, {}}, &answer), "");
  EXPECT_EQ(answer, MailAnswer::kNothing);
  EXPECT_EQ(counted({}, &answer), "");
  EXPECT_EQ(answer, MailAnswer::kUnreachable);
}

TEST_F(MailTest, TheProfileSaysWhetherThereIsMail) {
  const auto profile = [&] {
    stage.session.emplace(stage.around, "192.0.2.7");
    stage.says("VER 1 MSNP5 CVR0\r\nUSR 3 MD5 I alice@example.com\r\n");
    stage.line("USR 4 MD5 S 0123456789abcdef0123456789abcdef");
    stage.verified({Verified::Result::kOk, AccountId(1), true});
    return stage.replies(model::Opened{testing::version(7), "Alice"});
  };
  EXPECT_NE(profile().find("EmailEnabled: 1\r\n"), std::string::npos);
  stage.settings.mailbox = false;
  EXPECT_NE(profile().find("EmailEnabled: 0\r\n"), std::string::npos);
}

// ---- the node ----

class FakeMailbox final : public MailboxDoor {
 public:
  void count(RequestId id, const Handle& handle) override { asked.emplace_back(id, handle); }
  std::deque<std::pair<RequestId, Handle>> asked;
};

Settings with_mailbox() {
  Settings settings;
  settings.mailbox = true;
  settings.mail_questions_max = 2;
  return settings;
}

struct NoticeNodeTest : ::testing::Test {
  House house{with_mailbox()};
  FakeMailbox mailbox;

  NoticeNodeTest() {
    house.node->attach(mailbox);
    for (std::uint64_t n = 1; n <= 3; ++n) house.sign_in(n, 10 + n);
  }
  std::uint64_t told(NoticeKind kind, NoticeFate fate) {
    return house.node->counters()
        .notices[static_cast<std::size_t>(kind)][static_cast<std::size_t>(fate)];
  }
};

TEST_F(NoticeNodeTest, ReachTheSessionsThatTheyNameAndNoOther) {
  house.hint(model::NoticeHint{
      {house.session_of(1), house.session_of(3), SessionId(999)}, false, toast()});
  EXPECT_TRUE(house.reads(1).starts_with("NOT "));
  EXPECT_EQ(house.reads(2), "");
  EXPECT_TRUE(house.reads(3).starts_with("NOT "));
  EXPECT_EQ(told(NoticeKind::kToast, NoticeFate::kTold), 2U);
  EXPECT_EQ(told(NoticeKind::kToast, NoticeFate::kForeign), 1U);
}

TEST_F(NoticeNodeTest, ReachEverybodyWhoIsSignedIn) {
  house.knock(4, 14);  // presence has not answered
  house.connect(5);
  house.hint(model::NoticeHint{{}, true, model::ShutdownNotice{5}});
  for (std::uint64_t n = 1; n <= 3; ++n) EXPECT_TRUE(house.reads(n).starts_with("MSG Hotmail"));
  EXPECT_EQ(house.reads(5), "");
  EXPECT_EQ(told(NoticeKind::kShutdown, NoticeFate::kTold), 3U);
  EXPECT_EQ(told(NoticeKind::kShutdown, NoticeFate::kNotYet), 0U);
}

TEST_F(NoticeNodeTest, MailIsCountedAfterTheFirstChg) {
  house.go_online(1);
  ASSERT_EQ(mailbox.asked.size(), 1U);
  EXPECT_EQ(mailbox.asked.front().second.value(), "user11@example.com");
  const auto id = mailbox.asked.front().first;
  const Mailbox unread{Mailbox::Result::kKnown, {1, 0, "/i", "/f", "http://m.example.com"}};
  house.node->mail_counted(id, unread);
  EXPECT_TRUE(house.reads(1).starts_with("MSG Hotmail Hotmail "));
  EXPECT_EQ(told(NoticeKind::kInitialMail, NoticeFate::kTold), 1U);
  // An answer is good once.
  house.node->mail_counted(id, unread);
  EXPECT_EQ(house.reads(1), "");
}

TEST_F(NoticeNodeTest, AnAnswerForSomebodyWhoHasLeftIsForgotten) {
  house.go_online(1);
  house.node->disconnected(ConnectionId(1));
  house.node->mail_counted(mailbox.asked.front().first,
                           {Mailbox::Result::kKnown, {1, 0, "", "", ""}});
  EXPECT_EQ(house.reads(1), "");
}

TEST_F(NoticeNodeTest, OnlySoManyQuestionsForMailAreUnderWay) {
  const auto answers = [&](MailAnswer answer) {
    return house.node->counters().mail_answers[static_cast<std::size_t>(answer)];
  };
  for (std::uint64_t n = 1; n <= 3; ++n) house.go_online(n);
  EXPECT_EQ(mailbox.asked.size(), 2U);
  EXPECT_EQ(answers(MailAnswer::kOverloaded), 1U);
  house.node->mail_counted(mailbox.asked.front().first, {});
  EXPECT_EQ(answers(MailAnswer::kUnreachable), 1U);
  EXPECT_EQ(house.reads(1), "");
  house.sign_in(4, 14);
  house.go_online(4);
  EXPECT_EQ(mailbox.asked.size(), 3U);
}

}  // namespace
}  // namespace monarch::notification
