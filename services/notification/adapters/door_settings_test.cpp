#include "notification/adapters/door_settings.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <initializer_list>
#include <string>
#include <unistd.h>
#include <vector>

namespace monarch::notification {
namespace {

struct Read {
  DoorSettings doors;
  std::string error;
  Settings core;
};

Read read(std::initializer_list<std::string> words) {
  runtime::Settings settings("monarch-notification", "", "0");
  Read result;
  describe(result.doors, settings);
  std::vector<const char*> argv{"monarch-notification"};
  for (const auto& word : words) argv.push_back(word.c_str());
  const auto exit = settings.parse(static_cast<int>(argv.size()), argv.data());
  if (exit) result.error = exit->error;
  apply(result.doors, result.core);
  return result;
}

TEST(DoorSettings, LeaveEverythingShutUnlessToldOtherwise) {
  const auto none = read({});
  EXPECT_EQ(none.error, "");
  EXPECT_FALSE(none.core.directory || none.core.invitations || none.core.paging);
  EXPECT_FALSE(none.core.services.find("INBOX", "", msnp::Dialect::kMsnp5));
  EXPECT_EQ(none.core.mails.per_account, 10U);
}

TEST(DoorSettings, OpenWhatTheyName) {
  const std::string spool =
      std::filesystem::path(::testing::TempDir()) / ("doors-" + std::to_string(::getpid()));
  const auto all =
      read({"--site-url=https://im.example.com/", "--url=INBOX=/mail,FOLDERS=", "--url=PERSON=/me",
            "--directory", "--mail-spool=" + spool, "--mail-from=a@im.example.com",
            "--mails-per-account=3", "--page-url=http://127.0.0.1:8080/pages", "--page-window=1m"});
  std::filesystem::remove(spool);
  EXPECT_EQ(all.error, "");
  EXPECT_TRUE(all.core.directory && all.core.invitations && all.core.paging);
  EXPECT_EQ(all.core.services.find("INBOX", "", msnp::Dialect::kMsnp5)->redirect, "/mail");
  EXPECT_EQ(all.core.services.find("PERSON", "", msnp::Dialect::kMsnp5)->redirect, "/me");
  EXPECT_FALSE(all.core.services.find("FOLDERS", "", msnp::Dialect::kMsnp5));
  EXPECT_EQ(all.core.mails.per_account, 3U);
  EXPECT_EQ(all.core.pages.window, std::chrono::minutes(1));
}

TEST(DoorSettings, SayWhichOneIsWrong) {
  const std::string secret =
      std::filesystem::path(::testing::TempDir()) / ("secret-" + std::to_string(::getpid()));
  std::ofstream(secret) << "two words\n";
  std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
  const std::string from = "--mail-from=a@im.example.com";
  struct Row {
    std::string setting;
    std::initializer_list<std::string> words;
  };
  for (const auto& row :
       {Row{"--site-url", {"--site-url=http://im.example.com/"}},
        Row{"--url", {"--site-url=https://im.example.com/", "--url=INBOX=https://evil.example/"}},
        Row{"--mail-from", {"--smtp=127.0.0.1:25"}},
        Row{"--mail-from", {"--smtp=127.0.0.1:25", "--mail-from=Monarch <a@b.c>"}},
        Row{"--mail-from-name", {"--smtp=127.0.0.1:25", from, "--mail-from-name=a\nBcc: b"}},
        Row{"--smtp:", {"--smtp=127.0.0.1:25", from, "--mail-spool=/tmp"}},
        Row{"--smtp-user", {"--smtp=127.0.0.1:25", from, "--smtp-user=a"}},
        Row{"--smtp-tls",
            {"--smtp=mail.example.com:25", from, "--smtp-user=a", "--smtp-password-file=" + secret,
             "--smtp-tls=none"}},
        Row{"--mail-spool", {"--mail-spool=/proc/nowhere", from}},
        Row{"--page-url", {"--page-url=http://gateway.example.com/"}},
        Row{"--page-url", {"--page-url=https://user:pw@gateway.example.com/"}},
        Row{"--page-url", {"--page-url=gateway.example.com"}},
        Row{"--page-token-file",
            {"--page-url=https://gateway.example.com/", "--page-token-file=" + secret}}}) {
    const auto said = read(row.words).error;
    EXPECT_NE(said.find(row.setting), std::string::npos) << row.setting << ": " << said;
    EXPECT_EQ(said.find("two words"), std::string::npos);
  }
  std::filesystem::remove(secret);
}

}  // namespace
}  // namespace monarch::notification
