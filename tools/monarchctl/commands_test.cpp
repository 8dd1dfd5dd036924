#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "monarchctl/testing/doubles.hpp"

namespace monarch::ctl {
namespace {

using CommandsTest = testing::CommandsFixture;

TEST_F(CommandsTest, AddSaysWhatIsThereNow) {
  const auto added = add_account(*cluster, "bob@example.com", typed("geheim"), "Bob");
  ASSERT_TRUE(added.ok());
  EXPECT_EQ(added->status, kDone);
  EXPECT_EQ(added->text, "created bob@example.com\n");
  EXPECT_EQ(added->json["account"]["email"], "bob@example.com");
  EXPECT_EQ(added->json.dump().find("geheim"), std::string::npos);
  const auto again = add_account(*cluster, "bob@example.com", typed("geheim"), "Bob");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().status, kRefused);
  EXPECT_EQ(again.error().text, "bob@example.com: there is one");
}

TEST_F(CommandsTest, APasswordComesFromTheFirstLineOfAFile) {
  ASSERT_TRUE(
      add_account(*cluster, "bob@example.com", {std::nullopt, file("geheim\r\nx\n")}, "").ok());
  EXPECT_EQ(accounts.passwords["bob@example.com"], "geheim");
  const auto missing = add_account(*cluster, "eve@example.com", {std::nullopt, "/nonexistent"}, "");
  EXPECT_EQ(missing.error().status, kFailed);
}

TEST_F(CommandsTest, ShowAndListHaveStableNames) {
  ASSERT_TRUE(add_account(*cluster, "bob@example.com", typed("x"), "").ok());
  const auto shown = show_account(*cluster, "bob@example.com");
  ASSERT_TRUE(shown.ok());
  EXPECT_EQ(shown->json["account"]["created"], "2003-04-13T08:36:40Z");
  EXPECT_EQ(show_account(*cluster, "eve@example.com").error().status, kRefused);
  const auto listed = list_accounts(*cluster);
  ASSERT_TRUE(listed.ok());
  ASSERT_EQ(listed->json["accounts"].size(), 1U);
  std::vector<std::string> keys;
  for (const auto& [key, value] : listed->json["accounts"][0].items()) keys.push_back(key);
  EXPECT_EQ(keys,
            (std::vector<std::string>{"email", "id", "state", "verified", "consent", "created"}));
}

TEST_F(CommandsTest, ImportGoesInChunksAndNamesBadLinesOfBothSides) {
  std::string text =
      "\xEF\xBB\xBF"
      "email,password,name\r\n";
  for (int i = 0; i < 1100; ++i) text += "u" + std::to_string(i) + "@e.com,pw,\"U, x\"\r\n";
  text += "nobody,pw,\n\"open,pw,\nonly@e.com,two\n";
  const auto imported = import_accounts(*cluster, file(text), false);
  ASSERT_TRUE(imported.ok());
  EXPECT_EQ(imported->status, kRefused);
  EXPECT_EQ(accounts.chunks, (std::vector<int>{500, 500, 101}));
  EXPECT_EQ(accounts.passwords.size(), 1100U);
  EXPECT_EQ(accounts.passwords["u7@e.com"], "pw/U, x");
  EXPECT_EQ(imported->json["created"], 1100);
  ASSERT_EQ(imported->json["bad"].size(), 3U);
  EXPECT_EQ(imported->json["bad"][0]["line"], 1102);
  EXPECT_EQ(imported->json["bad"][0]["reason"], "no email");
  EXPECT_EQ(imported->json["bad"][1]["line"], 1103);
  EXPECT_EQ(imported->json["bad"][2]["line"], 1104);
}

TEST_F(CommandsTest, AnAtomicImportEndsWithItsLastChunkOnlyWhenEveryRowIsGood) {
  const auto good = import_accounts(*cluster, file("email,password,name\na@e.com,x,\n"), true);
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->status, kDone);
  EXPECT_EQ(good->json["created"], 1);
  EXPECT_TRUE(accounts.last_seen);
  for (const char* bad : {"b@e.com,x,\nnobody,x,\n", "b@e.com,x,\nc@e.com,\"x\n"}) {
    const auto spoilt =
        import_accounts(*cluster, file(std::string("email,password,name\n") + bad), true);
    ASSERT_TRUE(spoilt.ok());
    EXPECT_EQ(spoilt->status, kRefused);
    EXPECT_EQ(spoilt->json["created"], 0);
    EXPECT_EQ(spoilt->json["bad"].size(), 1U);
    EXPECT_FALSE(accounts.last_seen);
  }
  EXPECT_EQ(accounts.passwords.size(), 1U);
}

TEST_F(CommandsTest, AFileWithAnotherFirstLineIsRefused) {
  for (const char* text : {"", "a@e.com,x,y\n", "email,password\n", "Email,Password,Name\n",
                           "\nemail,password,name\n", "email, password, name\n"}) {
    const auto imported = import_accounts(*cluster, file(text), false);
    ASSERT_FALSE(imported.ok()) << text;
    EXPECT_EQ(imported.error().status, kRefused);
  }
  EXPECT_TRUE(accounts.chunks.empty());
}

TEST_F(CommandsTest, NodesAndSessionsAreShown) {
  const auto nodes = list_nodes(*cluster);
  ASSERT_TRUE(nodes.ok());
  EXPECT_EQ(nodes->json["nodes"][0]["incarnation"], "fedcba9876543210");
  EXPECT_NE(nodes->text.find("127.0.1.1:1863"), std::string::npos);
  const auto sessions = list_sessions(*cluster, "");
  ASSERT_TRUE(sessions.ok());
  EXPECT_EQ(sessions->json["sessions"][0]["name"], "Bob B");
  EXPECT_EQ(sessions->json["sessions"][0]["status"], "busy");
  EXPECT_EQ(sessions->json["sessions"][0]["dialect"], "MSNP5");
  const auto none = list_sessions(*cluster, "away@example.com");
  ASSERT_TRUE(none.ok());
  EXPECT_EQ(none->status, kDone);
  EXPECT_EQ(none->json["sessions"].size(), 0U);
}

TEST_F(CommandsTest, AServiceOutOfReachIsNamedWithWhatToCheck) {
  server->Shutdown();
  const auto listed = list_accounts(*cluster);
  ASSERT_FALSE(listed.ok());
  EXPECT_EQ(listed.error().status, kFailed);
  EXPECT_NE(listed.error().text.find("--auth"), std::string::npos);
  EXPECT_NE(listed.error().text.find(std::to_string(port)), std::string::npos);
}

TEST_F(CommandsTest, AnAddressThatIsNoneIsNamedByItsFlag) {
  for (const char* bad : {"", "127.0.0.1", "127.0.0.1:17100,", "a:b"}) {
    Cluster wrong(ClusterOptions{bad, bad});
    EXPECT_EQ(list_accounts(wrong).error().text.find("--auth: "), 0U) << bad;
    EXPECT_EQ(list_nodes(wrong).error().text.find("--presence: "), 0U) << bad;
  }
}

TEST_F(CommandsTest, WhatAServiceSaysOfItsOwnStoresIsPassedOn) {
  accounts.verdict = {grpc::StatusCode::UNAVAILABLE, "no PostgreSQL"};
  const auto added = add_account(*cluster, "bob@example.com", typed("x"), "");
  ASSERT_FALSE(added.ok());
  EXPECT_EQ(added.error().status, kFailed);
  EXPECT_NE(added.error().text.find("no PostgreSQL"), std::string::npos);
}

TEST(HidePasswords, OverwritesThemAndNothingElse) {
  std::string program = "monarchctl", flag = "--password", secret = "geheim", email = "a@b.c",
              joined = "--password=geheim", other = "--password-file", path = "path";
  std::vector<char*> arguments{program.data(), flag.data(),  secret.data(), email.data(),
                               joined.data(),  other.data(), path.data()};
  hide_passwords(static_cast<int>(arguments.size()), arguments.data());
  EXPECT_EQ(secret, "xxxxxx");
  EXPECT_EQ(joined, "--password=xxxxxx");
  EXPECT_EQ(email, "a@b.c");
  EXPECT_EQ(path, "path");
}

}  // namespace
}  // namespace monarch::ctl
