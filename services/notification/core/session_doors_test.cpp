// What leads out of the server: URL, FND, SND, SDC, PAG (docs/protocol/notification.md#url-2 to
// #pag-5-8).
#include <gtest/gtest.h>

#include "notification/core/testing/house.hpp"
#include "notification/core/testing/stage.hpp"

namespace monarch::notification {
namespace {

using model::Failed;
using model::Fault;
using testing::House;
using testing::Stage;

constexpr std::string_view kSdc =
    "SDC 41 dave@example.org 0x0409 MSMSGS MSMSGS X X Alice%20A 24\r\nJoin me on this service.";

Settings all_doors() {
  Settings settings;
  settings.services = UrlServices::make({.site = "https://im.example.com/"}).value();
  settings.directory = true;
  settings.invitations = true;
  settings.paging = true;
  return settings;
}

std::uint64_t count(const Stage& stage, MailResult result) {
  return stage.counters.mails[static_cast<std::size_t>(result)];
}
std::uint64_t count(const Stage& stage, PageResult result) {
  return stage.counters.pages[static_cast<std::size_t>(result)];
}
std::uint64_t count(const Stage& stage, SearchResult result) {
  return stage.counters.searches[static_cast<std::size_t>(result)];
}

// ---- URL ----------------------------------------------------------------------------------------

TEST(Url, HasTheFormOfTheDialect) {
  for (const auto& [dialect, tail] : {std::pair{"MSNP2", ""}, std::pair{"MSNP3", " 2"}}) {
    Stage stage(all_doors());
    stage.sign_in(dialect);
    EXPECT_EQ(stage.line("URL 40 INBOX"),
              std::string("URL 40 /inbox https://im.example.com/login?lc=1033") + tail + "\r\n");
    EXPECT_EQ(stage.line("URL 41 MOBILE"), "201 41\r\n");
    EXPECT_EQ(stage.line("URL 42 PROFILE 0x0409"), "201 42\r\n");
    EXPECT_FALSE(stage.closed);
  }
}

TEST(Url, OfNoSiteIsUnknown) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.line("URL 40 INBOX"), "201 40\r\n");
}

// ---- SND, SDC -----------------------------------------------------------------------------------

TEST(Invitation, IsHandedToTheMailerAndAcknowledged) {
  Stage stage(all_doors());
  stage.sign_in();
  EXPECT_EQ(stage.says(kSdc), "");
  ASSERT_TRUE(stage.mail);
  EXPECT_EQ(stage.mail->to, "dave@example.org");
  EXPECT_EQ(stage.mail->from.value(), "alice@example.com");
  EXPECT_EQ(stage.mail->name, "Alice A");
  EXPECT_EQ(stage.mail->text, "Join me on this service.");
  EXPECT_EQ(stage.line("PNG"), "") << "waits";
  EXPECT_EQ(stage.mailed(Delivery::kTaken), "SDC 41 OK\r\nQNG\r\n");
  EXPECT_EQ(count(stage, MailResult::kTaken), 1U);

  stage.line("SND 42 Dave@Example.org 0x0409 MSMSGS MSMSGS");
  ASSERT_TRUE(stage.mail);
  EXPECT_EQ(stage.mail->to, "dave@example.org");
  EXPECT_EQ(stage.mail->name, "Alice") << "his friendly name";
  EXPECT_EQ(stage.mail->text, "");
  EXPECT_EQ(stage.mailed(Delivery::kTaken), "SND 42 OK\r\n");
}

TEST(Invitation, HoldsNothingThatControls) {
  Stage stage(all_doors());
  stage.sign_in();
  stage.says("SDC 1 d@example.org 0x0409 A B X X A%E2%80%AEb 7\r\na\r\nb\x1B[\xFF");
  ASSERT_TRUE(stage.mail);
  EXPECT_EQ(stage.mail->name, "Ab");
  EXPECT_EQ(stage.mail->text, "a\nb[\xEF\xBF\xBD");
}

TEST(Invitation, ThatNobodyTakesIsAnErrorAndNoEnd) {
  Stage stage(all_doors());
  stage.sign_in();
  stage.says(kSdc);
  EXPECT_EQ(stage.mailed(Delivery::kFailed), "500 41\r\n");
  stage.says(kSdc);
  EXPECT_EQ(stage.mailed(Delivery::kTimedOut), "500 41\r\n");
  EXPECT_FALSE(stage.closed);
  EXPECT_EQ(count(stage, MailResult::kFailed), 1U);
  EXPECT_EQ(count(stage, MailResult::kTimedOut), 1U);
}

TEST(Invitation, IsDisabledWithoutAMailer) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.says(kSdc), "502 41\r\n");
  EXPECT_EQ(stage.line("SND 42 dave@example.org 0x0409 MSMSGS MSMSGS"), "502 42\r\n");
  EXPECT_FALSE(stage.mail);
  EXPECT_FALSE(stage.closed);
}

TEST(Invitation, HasTheFormOfTheDialect) {
  struct Row {
    std::string_view dialect;
    std::string_view line;
    bool good;
  };
  for (const auto& row :
       {Row{"MSNP2", "SND 1 d@example.org", true},
        Row{"MSNP2", "SND 1 d@example.org 0x0409 L", false},
        Row{"MSNP3", "SND 1 d@example.org", false},
        Row{"MSNP3", "SND 1 d@example.org 0x0409 L", true},
        Row{"MSNP4", "SND 1 d@example.org 0x0409 L", false},
        Row{"MSNP4", "SND 1 d@example.org 0x0409 L C", true},
        Row{"MSNP7", "SND 1 d@example.org 0x0409 L C", true},
        Row{"MSNP7", "SND 1 d@example.org 0x0409 L C X", false}, Row{"MSNP7", "SND 1", false},
        Row{"MSNP7", "SND 1 nonsense 0x0409 L C", false}, Row{"MSNP7", "SND 1 1 0x0409 L C", false},
        Row{"MSNP5", "SDC 1 d@example.org 0x0409 L C X X N 0", true},
        Row{"MSNP5", "SDC 1 d@example.org 0x0409 L C X Y N 0", false},
        Row{"MSNP5", "SDC 1 d@example.org 0x0409 L C X X %ZZ 0", false},
        Row{"MSNP5", "SDC 1 d@example.org 0x0409 L C X X 0", false},
        Row{"MSNP5", "SDC 1 d@example.org 0x0409 L C X X N M 0", false},
        Row{"MSNP5", "SDC 1 d@example.org 0x0409 L C X X N", false}}) {
    Stage stage(all_doors());
    stage.sign_in(row.dialect);
    EXPECT_EQ(stage.line(row.line), row.good ? "" : "503 1\r\n") << row.line;
    EXPECT_EQ(stage.mail.has_value(), row.good) << row.line;
    EXPECT_EQ(stage.closed.has_value(), !row.good) << row.line;
  }
  for (const auto& [dialect, line] :
       {std::pair{"MSNP4", "SDC 1 d@example.org 0x0409 L C X X N 0"},
        std::pair{"MSNP5", "SDC x d@example.org 0x0409 L C X X N five"},
        std::pair{"MSNP5", "SDC 1 d@example.org 0x0409 L C X X N 1665"},
        std::pair{"MSNP5", "SND x d@example.org 0x0409 L C"}}) {
    Stage stage(all_doors());
    stage.sign_in(dialect);
    EXPECT_EQ(stage.line(line), "") << line;
    EXPECT_TRUE(stage.closed) << line;
  }
}

TEST(Invitation, IsLimitedForEachAccount) {
  auto settings = all_doors();
  settings.mails.per_account = 2;
  Stage stage(settings);
  stage.sign_in();
  for (int i = 0; i < 2; ++i) {
    stage.says(kSdc);
    EXPECT_EQ(stage.mailed(Delivery::kTaken), "SDC 41 OK\r\n");
  }
  EXPECT_EQ(stage.says(kSdc), "713 41\r\n");
  EXPECT_FALSE(stage.mail);
  EXPECT_FALSE(stage.closed);
  EXPECT_EQ(count(stage, MailResult::kLimited), 1U);
  stage.passes(settings.mails.window);
  stage.says(kSdc);
  EXPECT_TRUE(stage.mail);
}

TEST(Invitation, OutlivesNoSession) {
  Stage stage(all_doors());
  stage.sign_in();
  stage.says(kSdc);
  stage.run([&](Effects& effects) {
    stage.session->kick(model::KickReason::kSignedInElsewhere, effects);
  });
  EXPECT_EQ(stage.mailed(Delivery::kTaken), "");
}

// ---- FND ----------------------------------------------------------------------------------------

model::Found people(int count) {
  model::Found found;
  for (int i = 1; i <= count; ++i) {
    found.people.push_back({"user" + std::to_string(i) + "@example.com",
                            {"Ann", "Brown", i == 1 ? "Austin" : "", i == 1 ? "TX" : "", "US"}});
  }
  return found;
}

TEST(Find, ShowsAllInOneWrite) {
  Stage stage(all_doors());
  stage.sign_in();
  EXPECT_EQ(stage.line("FND 7 fname=* lname=Br%C3%B6wn city=* state=* country=*"), "");
  const auto* asked = stage.asked<model::SearchDirectory>();
  ASSERT_NE(asked, nullptr);
  EXPECT_EQ(asked->session, stage.session->ref());
  EXPECT_EQ(asked->wanted, (model::Person{"*", "Br%C3%B6wn", "*", "*", "*"}));
  EXPECT_EQ(stage.replies(people(2)),
            "FND 7 1 2 fname=Ann lname=Brown city=Austin state=TX country=US\r\n"
            "FND 7 2 2 fname=Ann lname=Brown city= state= country=US\r\n");
  stage.line("FND 8 lname=x");
  EXPECT_EQ(stage.replies(model::Found{}), "FND 8 0 0\r\n");
  stage.line("FND 9 lname=x");
  EXPECT_EQ(stage.replies(model::Refused{301}), "301 9\r\n");
  stage.line("FND 10 lname=x");
  EXPECT_EQ(stage.replies(Failed{Fault::kRosterUnavailable}), "501 10\r\n");
  EXPECT_EQ(count(stage, SearchResult::kFound), 1U);
  EXPECT_EQ(count(stage, SearchResult::kNobody), 1U);
  EXPECT_EQ(count(stage, SearchResult::kTooMany), 1U);
  EXPECT_EQ(count(stage, SearchResult::kUnavailable), 1U);
}

TEST(Find, FitsItsLines) {
  Stage stage(all_doors());
  stage.sign_in();
  stage.line("FND 4294967295 lname=x");
  const std::string longest(model::kPersonBytesMax, 'x');
  model::Found found;
  for (std::size_t i = 0; i < model::kFoundMax; ++i) {
    found.people.push_back({"u@example.com", {longest, longest, longest, longest, longest}});
  }
  auto lines = stage.replies(found);
  while (!lines.empty()) {
    const auto end = lines.find("\r\n") + 2;
    EXPECT_LE(end, msnp::kServerLineBytesMax);
    lines.erase(0, end);
  }
}

TEST(Find, RefusesWhatIsNoQuestion) {
  Stage stage(all_doors());
  stage.sign_in();
  for (const std::string_view words :
       {"", "fname=A", "lname=", "lname=*", "lname=Br*", "lname=x lname=y", "lname=x age=7", "x",
        "lname=%ZZ", "lname=%0A", "lname=x city=Oslo country=NO", "lname=x state=TX",
        "lname=x city=Austin state=TX country=*", "fname lname=x", "LNAME=x"}) {
    EXPECT_EQ(stage.line("FND 1 " + std::string(words)), "201 1\r\n") << words;
  }
  EXPECT_EQ(stage.line("FND 1 lname=" + std::string(model::kPersonBytesMax + 1, 'x')), "201 1\r\n");
  EXPECT_FALSE(stage.ask);
  EXPECT_FALSE(stage.closed);
  for (const std::string_view words :
       {"lname=x", "country=NO lname=x city=* state=", "lname=x city=Austin state=TX country=us"}) {
    stage.line("FND 1 " + std::string(words));
    EXPECT_NE(stage.asked<model::SearchDirectory>(), nullptr) << words;
    stage.replies(model::Found{});
  }
}

TEST(Find, IsDisabledWithoutADirectory) {
  Stage stage;
  stage.sign_in();
  EXPECT_EQ(stage.line("FND 8 lname=x"), "502 8\r\n");
  EXPECT_EQ(stage.line("FND 9"), "502 9\r\n");
}

TEST(Find, IsWhomAnInvitationMayMeanByIndex) {
  Stage stage(all_doors());
  stage.sign_in();
  stage.line("FND 7 lname=Brown");
  stage.replies(people(2));
  stage.line("SND 8 2 0x0409 MSMSGS MSMSGS");
  ASSERT_TRUE(stage.mail);
  EXPECT_EQ(stage.mail->to, "user2@example.com");
  stage.mailed(Delivery::kTaken);
  stage.line("SDC 9 1 0x0409 MSMSGS MSMSGS X X Alice 0");
  ASSERT_TRUE(stage.mail);
  EXPECT_EQ(stage.mail->to, "user1@example.com");
  stage.mailed(Delivery::kTaken);
  // Only the last search counts.
  stage.line("FND 10 lname=Green");
  stage.replies(people(1));
  EXPECT_EQ(stage.line("SND 11 2 0x0409 MSMSGS MSMSGS"), "503 11\r\n");
  EXPECT_TRUE(stage.closed);
}

TEST(Find, HasNoOtherIndexes) {
  for (const std::string_view index : {"0", "3", "99999999999999999999", "+1", "1a"}) {
    Stage stage(all_doors());
    stage.sign_in();
    stage.line("FND 7 lname=Brown");
    stage.replies(people(2));
    EXPECT_EQ(stage.line("SND 8 " + std::string(index) + " 0x0409 MSMSGS MSMSGS"), "503 8\r\n");
  }
}

// ---- PAG ----------------------------------------------------------------------------------------

constexpr std::string_view kPag =
    "PAG 44 Bob@example.com 41\r\n<TEXT xml:space=\"preserve\">Call me</TEXT>";

TEST(Paging, AsksPresenceThenTheGatewayAndSaysNothing) {
  Stage stage(all_doors());
  stage.sign_in("MSNP7");
  EXPECT_EQ(stage.says(kPag), "");
  ASSERT_NE(stage.asked<model::FindPager>(), nullptr);
  EXPECT_EQ(stage.asked<model::FindPager>()->handle, "bob@example.com");
  EXPECT_EQ(stage.replies(model::Pager{AccountId(2), "555%201"}), "");
  ASSERT_TRUE(stage.page);
  EXPECT_EQ(stage.page->from.value(), "alice@example.com");
  EXPECT_EQ(stage.page->name, "Alice");
  EXPECT_EQ(stage.page->to.value(), "bob@example.com");
  EXPECT_EQ(stage.page->number, "555 1");
  EXPECT_EQ(stage.page->content.text, "Call me");
  EXPECT_EQ(stage.line("PNG"), "") << "waits";
  EXPECT_EQ(stage.paged(Delivery::kTaken), "QNG\r\n");
  EXPECT_EQ(count(stage, PageResult::kTaken), 1U);
}

TEST(Paging, FailsWith800) {
  const auto refused = [](Stage& stage, const model::Reply& reply) {
    stage.says(kPag);
    return stage.replies(reply);
  };
  Stage stage(all_doors());
  stage.sign_in();
  EXPECT_EQ(refused(stage, model::Refused{800}), "800 44\r\n");
  EXPECT_EQ(refused(stage, Failed{Fault::kRosterUnavailable}), "800 44\r\n");
  EXPECT_EQ(refused(stage, model::Closed{}), "800 44\r\n");
  EXPECT_EQ(count(stage, PageResult::kRefused), 1U);
  EXPECT_EQ(count(stage, PageResult::kUnavailable), 2U);
  for (const auto outcome : {Delivery::kFailed, Delivery::kTimedOut}) {
    stage.says(kPag);
    stage.replies(model::Pager{AccountId(2), ""});
    EXPECT_EQ(stage.paged(outcome), "800 44\r\n");
  }
  EXPECT_EQ(stage.says("PAG 45 bob@example.com 5\r\nhello"), "800 45\r\n");
  EXPECT_EQ(stage.says("PAG 46 bob 41\r\n<TEXT xml:space=\"preserve\">Call me</TEXT>"),
            "800 46\r\n");
  EXPECT_FALSE(stage.closed);
  EXPECT_FALSE(stage.ask);

  Stage closed_door;
  closed_door.sign_in();
  EXPECT_EQ(closed_door.says(kPag), "800 44\r\n");
  EXPECT_FALSE(closed_door.ask);
  EXPECT_EQ(count(closed_door, PageResult::kDisabled), 1U);
}

TEST(Paging, IsLimitedForEachAccount) {
  auto settings = all_doors();
  settings.pages.per_account = 1;
  Stage stage(settings);
  stage.sign_in();
  stage.says(kPag);
  stage.replies(model::Pager{AccountId(2), ""});
  stage.paged(Delivery::kTaken);
  EXPECT_EQ(stage.says(kPag), "800 44\r\n");
  EXPECT_FALSE(stage.ask);
  EXPECT_EQ(count(stage, PageResult::kLimited), 1U);
}

TEST(Paging, ClosesOnWhatIsNoCommand) {
  for (const auto& [dialect, line] :
       {std::pair{"MSNP4", "PAG 1 bob@example.com 3"},
        std::pair{"MSNP5", "PAG 1 bob@example.com x"},
        std::pair{"MSNP5", "PAG 1 bob@example.com 1665"},
        std::pair{"MSNP5", "PAG 1 bob@example.com"}, std::pair{"MSNP5", "PAG 1 a b 0"},
        std::pair{"MSNP5", "PAG x bob@example.com 0"}}) {
    Stage stage(all_doors());
    stage.sign_in(dialect);
    EXPECT_EQ(stage.line(line), "") << line;
    EXPECT_TRUE(stage.closed) << line;
  }
}

// ---- in a node ----------------------------------------------------------------------------------

TEST(Doors, AreNotWaitedForLongerThanAClientIs) {
  House house(all_doors());
  house.sign_in(1, 1);
  house.says(1, "SND 8 d@example.org 0x0409 MSMSGS MSMSGS");
  ASSERT_EQ(house.doors.mails.size(), 1U);
  EXPECT_EQ(house.doors.mails.front().within, house.settings.ask_timeout);
  house.passes(house.settings.ask_timeout);
  EXPECT_EQ(house.reads(1), "500 8\r\n");
  // Its answer comes too late to mean anything.
  house.node->mailed(house.doors.mails.front().id, Delivery::kTaken);
  EXPECT_EQ(house.reads(1), "");
}

TEST(Doors, HaveTheTimeThatPresenceHasLeft) {
  House house(all_doors());
  house.sign_in(1, 1);
  house.sign_in(2, 2);
  house.node->received(ConnectionId(1), kPag);
  house.passes(std::chrono::seconds(1));
  house.node->received(ConnectionId(2), kPag);
  // The later command is at the gateway first.
  const auto first = house.take<model::FindPager>();
  house.answer<model::FindPager>(model::Pager{AccountId(3), ""});
  house.node->replied(first.id, model::Pager{AccountId(3), ""});
  ASSERT_EQ(house.doors.pages.size(), 2U);
  EXPECT_EQ(house.doors.pages[0].within, house.settings.ask_timeout);
  EXPECT_EQ(house.doors.pages[1].within, house.settings.ask_timeout - std::chrono::seconds(1));
  house.passes(house.settings.ask_timeout - std::chrono::seconds(1));
  EXPECT_EQ(house.reads(1), "800 44\r\n");
  EXPECT_EQ(house.reads(2), "");
  house.node->paged(house.doors.pages[0].id, Delivery::kTaken);
  house.passes(std::chrono::seconds(1));
  EXPECT_EQ(house.reads(2), "");
}

TEST(Doors, AnswerNobodyWhoHasLeft) {
  House house(all_doors());
  house.sign_in(1, 1);
  house.says(1, "SND 8 d@example.org 0x0409 MSMSGS MSMSGS");
  house.node->disconnected(ConnectionId(1));
  house.node->mailed(house.doors.mails.front().id, Delivery::kTaken);
  house.passes(house.settings.ask_timeout);
  EXPECT_EQ(house.reads(1), "");
}

}  // namespace
}  // namespace monarch::notification
