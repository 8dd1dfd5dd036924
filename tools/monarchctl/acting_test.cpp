// The states of accounts, and what acts at once.
#include <gtest/gtest.h>
#include <string>

#include "monarchctl/testing/doubles.hpp"

namespace monarch::ctl {
namespace {

namespace presence = monarch::presence::v1;
using ActingTest = testing::CommandsFixture;

// ---- the states of an account ----

TEST_F(ActingTest, StatesAnswerWithTheAccount) {
  ASSERT_TRUE(add_account(*cluster, "bob@example.com", typed("x"), "").ok());
  const auto suspended = suspend_account(*cluster, "bob@example.com");
  ASSERT_TRUE(suspended.ok());
  EXPECT_EQ(suspended->json["account"]["state"], "suspended");
  EXPECT_EQ(suspended->status, kDone);
  EXPECT_EQ(resume_account(*cluster, "bob@example.com")->json["account"]["state"], "active");
  EXPECT_EQ(set_consent(*cluster, "bob@example.com", false, true)->json["account"]["consent"],
            false);
  EXPECT_EQ(set_consent(*cluster, "bob@example.com", true, false)->json["account"]["consent"],
            true);
  EXPECT_EQ(set_verified(*cluster, "bob@example.com", true)->json["account"]["verified"], true);
  EXPECT_EQ(set_verified(*cluster, "bob@example.com", false)->json["account"]["verified"], false);
  // It must be said which.
  EXPECT_EQ(set_consent(*cluster, "bob@example.com", false, false).error().status, kFailed);
  const auto unknown = suspend_account(*cluster, "eve@example.com");
  EXPECT_EQ(unknown.error().status, kRefused);
  EXPECT_EQ(unknown.error().text, "eve@example.com: none");
}

// ---- what acts at once ----

TEST_F(ActingTest, NotifyTakesItsTextInPlaceOrAsAnOption) {
  presences.reached.set_sessions(1);
  presences.reached.set_nodes(1);
  NotifyOptions options;
  options.email = "bob@example.com";
  options.text = "Hello";
  options.site = "http://im.example.com/";
  options.action = "alert?a=1";
  options.subscribe = "alert?s=1";
  options.icon = "i.png";
  options.id = 2;
  const auto told = notify_people(*cluster, options);
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->status, kDone);
  EXPECT_EQ(told->text, "on its way to bob@example.com\n");
  EXPECT_EQ(told->json["sessions"], 1);
  const auto& toast = presences.notified.toast();
  EXPECT_EQ(presences.notified.handle(), "bob@example.com");
  EXPECT_EQ(toast.text(), "Hello");
  EXPECT_EQ(toast.id(), 2U);
  EXPECT_EQ(toast.lcid(), 1033U);
  EXPECT_EQ(
      toast.site_url() + "|" + toast.action_url() + "|" + toast.settings_url() + "|" + toast.icon(),
      "http://im.example.com/|alert?a=1|alert?s=1|i.png");
  options.text.clear();
  options.text_option = "Hello again";
  options.id.reset();
  ASSERT_TRUE(notify_people(*cluster, options).ok());
  EXPECT_EQ(presences.notified.toast().text(), "Hello again");
  EXPECT_GT(presences.notified.toast().id(), 0U);
}

TEST_F(ActingTest, AUrlIsASiteAndWhatLiesOnIt) {
  const auto split = [&](const std::string& url) {
    NotifyOptions options;
    options.email = "bob@example.com";
    options.text = "Hello";
    options.url = url;
    const auto told = notify_people(*cluster, options);
    if (!told.ok()) return "status " + std::to_string(told.error().status);
    return presences.notified.toast().site_url() + "|" + presences.notified.toast().action_url();
  };
  EXPECT_EQ(split("http://shop.example.com/a/b?c=1"), "http://shop.example.com/|a/b?c=1");
  EXPECT_EQ(split("https://shop.example.com"), "https://shop.example.com/|");
  EXPECT_EQ(split("http://shop.example.com:8080/"), "http://shop.example.com:8080/|");
  for (const char* bad : {"shop.example.com", "ftp://shop.example.com/", "http://", "x"}) {
    EXPECT_EQ(split(bad), "status 2") << bad;
  }
}

TEST_F(ActingTest, EverybodyIsNotifiedWithAll) {
  presences.reached.set_sessions(12);
  presences.reached.set_unable(2);
  presences.reached.set_nodes(3);
  NotifyOptions options;
  options.everyone = true;
  options.email = "Hello";  // the only word in its place
  const auto told = notify_people(*cluster, options);
  ASSERT_TRUE(told.ok());
  EXPECT_TRUE(presences.notified.everyone());
  EXPECT_EQ(presences.notified.toast().text(), "Hello");
  EXPECT_EQ(told->text, "on its way to 12 sessions on 3 nodes; 2 more cannot show it\n");
  EXPECT_EQ(told->json["everyone"], true);
  options.text = "Hello";
  options.email = "bob@example.com";
  EXPECT_EQ(notify_people(*cluster, options).error().status, kFailed);
}

TEST_F(ActingTest, NotifySaysWhoDidNotGetIt) {
  NotifyOptions options;
  options.email = "bob@example.com";
  EXPECT_EQ(notify_people(*cluster, options).error().status, kFailed);  // no text
  options.text = "Hello";
  const auto away = notify_people(*cluster, options);
  ASSERT_TRUE(away.ok());
  EXPECT_EQ(away->status, kRefused);
  EXPECT_EQ(away->text, "bob@example.com is not signed in\n");
  presences.reached.set_unable(1);
  const auto old = notify_people(*cluster, options);
  EXPECT_EQ(old->status, kRefused);
  EXPECT_NE(old->text.find("MSNP5"), std::string::npos);
  options.text_option = "Hello";
  EXPECT_EQ(notify_people(*cluster, options).error().status, kFailed);
  options.email.clear();
  options.text_option.clear();
  EXPECT_EQ(notify_people(*cluster, options).error().status, kFailed);
}

TEST_F(ActingTest, AnnounceCountsWhomItIsFor) {
  presences.reached.set_sessions(1);
  presences.reached.set_nodes(1);
  const auto told = announce(*cluster, 5, "notification-1");
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(presences.announced.minutes(), 5U);
  EXPECT_EQ(presences.announced.node(), "notification-1");
  EXPECT_EQ(told->text, "on its way to 1 session on 1 node\n");
  EXPECT_EQ(told->json["node"], "notification-1");
  presences.reached.set_more(true);
  EXPECT_EQ(announce(*cluster, 5, "")->text, "on its way to more than 1 session on 1 node\n");
  presences.verdict = {grpc::StatusCode::NOT_FOUND, "no such node"};
  const auto refused = announce(*cluster, 5, "notification-9");
  EXPECT_EQ(refused.error().status, kRefused);
  EXPECT_EQ(refused.error().text, "notification-9: no such node");
}

TEST_F(ActingTest, AKickOfNobodyIsDone) {
  const auto kicked = kick_account(*cluster, "bob@example.com");
  ASSERT_TRUE(kicked.ok());
  EXPECT_EQ(kicked->text, "bob@example.com is signed out\n");
  const auto away = kick_account(*cluster, "away@example.com");
  EXPECT_EQ(away->status, kDone);
  EXPECT_EQ(away->text, "away@example.com was not signed in\n");
  EXPECT_EQ(away->json["sessions"], 0);
}

TEST_F(ActingTest, AStatusIsGivenByEitherWord) {
  for (const char* word : {"away", "AWY", "awy", "Away"}) {
    const auto set = set_status(*cluster, "bob@example.com", word);
    ASSERT_TRUE(set.ok()) << word;
    EXPECT_EQ(presences.status.status(), presence::STATUS_AWAY) << word;
    EXPECT_EQ(set->json["status"], "away");
  }
  EXPECT_TRUE(set_status(*cluster, "bob@example.com", "be-right-back").ok());
  EXPECT_EQ(presences.status.status(), presence::STATUS_BE_RIGHT_BACK);
  for (const char* word : {"", "FLN", "offline", "signed-in", "asleep"}) {
    EXPECT_EQ(set_status(*cluster, "bob@example.com", word).error().status, kFailed) << word;
  }
  presences.verdict = {grpc::StatusCode::FAILED_PRECONDITION, "is not signed in"};
  EXPECT_EQ(set_status(*cluster, "bob@example.com", "away").error().status, kRefused);
}

TEST_F(ActingTest, ContactsAreAddedAndRemoved) {
  const auto added =
      change_contact(*cluster, {"bob@example.com", "add", "fl", "eve@example.com", "Eve"});
  ASSERT_TRUE(added.ok());
  EXPECT_FALSE(presences.contact.remove());
  EXPECT_EQ(presences.contact.list(), presence::LIST_FORWARD);
  EXPECT_EQ(presences.contact.other(), "eve@example.com");
  EXPECT_EQ(presences.contact.name(), "Eve");
  EXPECT_EQ(added->json["serial"], 12);
  EXPECT_EQ(added->text, "eve@example.com is on FL of bob@example.com\n");
  const auto removed =
      change_contact(*cluster, {"bob@example.com", "remove", "BL", "eve@example.com", ""});
  ASSERT_TRUE(removed.ok());
  EXPECT_TRUE(presences.contact.remove());
  EXPECT_EQ(removed->json["removed"], true);
  for (const char* list : {"RL", "XX", ""}) {
    EXPECT_EQ(change_contact(*cluster, {"bob@example.com", "add", list, "eve@example.com", ""})
                  .error()
                  .status,
              kFailed);
  }
}

TEST_F(ActingTest, APageIsDelivered) {
  presences.reached.set_sessions(1);
  ASSERT_TRUE(deliver_page(*cluster, {"bob@example.com", "+1 555", "Late"}).ok());
  EXPECT_EQ(presences.page.from(), "+1 555");
  EXPECT_EQ(presences.page.text(), "Late");
}

TEST_F(ActingTest, MailNeedsADoorThatIsOpen) {
  MailOptions options;
  options.email = "bob@example.com";
  const auto shut = deliver_mail(*cluster, options);
  ASSERT_FALSE(shut.ok());
  EXPECT_EQ(shut.error().status, kRefused);
  EXPECT_NE(shut.error().text.find("--mail-events"), std::string::npos);
}

}  // namespace
}  // namespace monarch::ctl
