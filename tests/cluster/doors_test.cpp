// What leaves a real cluster: mails into the spool and to a relay, pages to a gateway, and what
// clients are told when nobody takes them (docs/doors.md).
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <string>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "testing/servers/http_listener.hpp"
#include "testing/servers/smtp_listener.hpp"
#include "town.hpp"

namespace monarch::testing {
namespace {

ClusterOptions small() {
  ClusterOptions options;
  options.presence = 1;
  options.notification = 1;
  options.switchboard = 0;
  return options;
}

// The message of an invitation by alice to dave who wrote `text`, as a regular expression.
std::string invitation(const std::string& from, const std::string& text) {
  return "From: Monarch\r\n <" + from +
         ">\r\n"
         "To: dave@example\\.org\r\n"
         "Subject: An invitation to chat\r\n"
         "Date: [A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} 20[0-9]{2} [0-9:]{8} \\+0000\r\n"
         "Message-ID: <[0-9a-f]{32}@im\\.example\\.com>\r\n"
         "Auto-Submitted: auto-generated\r\n"
         "MIME-Version: 1\\.0\r\n"
         "Content-Type: text/plain; charset=UTF-8\r\n"
         "Content-Transfer-Encoding: quoted-printable\r\n"
         "\r\n"
         "Hello,\r\n\r\nsomebody who calls himself\r\n\r\n"
         "> Alice A=C3=A9\r\n\r\n"
         "and has the account alice@example\\.com invites you to chat\\.\r\n"
         "He or she wrote:\r\n\r\n" +
         text +
         "\r\n\r\nWhat this is about, and how to join:\r\n"
         "http://im\\.example\\.com/\r\n\r\n"
         "Only the lines that begin with > were written by that person\\.\r\n"
         "You get this mail because he or she entered your address\\.\r\n"
         "It is on no list here\\.\r\n";
}

const std::string kSdc =
    "SDC % dave@example.org 0x0409 MSMSGS MSMSGS X X Alice%20A%C3%A9 14\r\nfirst\r\n.\r\nBcc:";

class SpoolTest : public Town {
 protected:
  SpoolTest() : Town(small()) {}

  std::vector<std::filesystem::path> mails() {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::directory_iterator(cluster_.mail_spool())) {
      found.push_back(entry.path());
    }
    return found;
  }
};

TEST_F(SpoolTest, HasAFileForEachMail) {
  auto& alice = online("alice", 1);
  EXPECT_EQ(answer(alice, kSdc), "SDC OK");
  const auto found = mails();
  ASSERT_EQ(found.size(), 1U) << "and nothing half done beside it";
  EXPECT_TRUE(
      std::regex_match(found[0].filename().string(), std::regex("[0-9]+-[0-9a-f]{32}.eml")));
  std::ifstream file(found[0], std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const auto wanted = invitation("invitations@im\\.example\\.com", "> first\r\n> \\.\r\n> Bcc:");
  EXPECT_TRUE(std::regex_match(text, std::regex(wanted))) << text;
  struct stat about {};
  ASSERT_EQ(::stat(found[0].c_str(), &about), 0);
  EXPECT_EQ(about.st_mode & 0777U, 0600U);

  EXPECT_EQ(answer(alice, "SND % dave@example.org 0x0409 MSMSGS MSMSGS"), "SND OK");
  EXPECT_EQ(mails().size(), 2U);
  expect_metric("notification", "monarch_notification_mails_total{result=\"taken\"}", 2);
  EXPECT_EQ(cluster_.log("notification-1").find("dave"), std::string::npos);
}

TEST_F(SpoolTest, TellsTheClientWhenItIsGone) {
  auto& alice = online("alice", 1);
  std::filesystem::remove_all(cluster_.mail_spool());
  EXPECT_EQ(answer(alice, kSdc), "500");
  expect_metric("notification", "monarch_notification_mails_total{result=\"failed\"}", 1);
  expect_logged("notification-1", "mail_not_spooled");
  std::filesystem::create_directory(cluster_.mail_spool());
  EXPECT_EQ(answer(alice, kSdc), "SDC OK");
}

// The servers stand before the cluster does, which is told their ports.
struct Servers {
  SmtpListener relay;
  HttpListener gateway;
  std::string token_file =
      std::filesystem::temp_directory_path() / ("monarch-page-token-" + std::to_string(::getpid()));
  Servers() {
    std::ofstream(token_file) << "geheim\n";
    ::chmod(token_file.c_str(), 0600);
  }
  ~Servers() { std::filesystem::remove(token_file); }

  ClusterOptions options() const {
    auto options = small();
    options.doors = false;
    options.flags["notification"] = {
        "--smtp=127.0.0.1:" + std::to_string(relay.port()),
        "--smtp-tls=none",
        "--smtp-timeout=1s",
        "--mail-from=hello@im.example.com",
        "--page-url=http://127.0.0.1:" + std::to_string(gateway.port()) + "/pages",
        "--page-token-file=" + token_file};
    return options;
  }
};

class RelayTest : private Servers, public Town {
 protected:
  RelayTest() : Town(options()) {}

  SmtpListener& relay() { return Servers::relay; }
  HttpListener& gateway() { return Servers::gateway; }
};

TEST_F(RelayTest, TakesMails) {
  auto& alice = online("alice", 1);
  EXPECT_EQ(answer(alice, kSdc), "SDC OK");
  const auto mails = relay().wait_for(1);
  ASSERT_EQ(mails.size(), 1U);
  EXPECT_EQ(mails[0].from, "hello@im.example.com");
  EXPECT_EQ(mails[0].to, "dave@example.org");
  const auto wanted = invitation("hello@im\\.example\\.com", "> first\r\n> \\.\r\n> Bcc:");
  EXPECT_TRUE(std::regex_match(mails[0].message, std::regex(wanted))) << mails[0].message;

  // What passes is tried again, what lasts is not.
  relay().refuse({"451 later"});
  EXPECT_EQ(answer(alice, kSdc), "SDC OK");
  EXPECT_EQ(relay().attempts(), 3U);
  relay().refuse({"550 never"});
  EXPECT_EQ(answer(alice, kSdc), "500");
  EXPECT_EQ(relay().attempts(), 4U);
  relay().fall_silent();
  EXPECT_EQ(answer(alice, kSdc), "500");
  expect_quiet(alice);
  expect_metric("notification", "monarch_notification_mails_total{result=\"failed\"}", 2);
}

TEST_F(RelayTest, PostsPages) {
  auto& bob = online("bob", 1);
  EXPECT_EQ(answer(bob, "PRP % MBE Y").substr(0, 3), "PRP");
  EXPECT_EQ(answer(bob, "PRP % PHM 555%201").substr(0, 3), "PRP");
  EXPECT_EQ(answer(bob, "PRP % MOB Y").substr(0, 3), "PRP");
  auto& alice = online("alice", 1);
  const std::string text = "<TEXT xml:space=\"preserve\">1 &#x26; 2</TEXT>";
  const auto page = [&](const std::string& whom) {
    return "PAG % " + whom + "@example.com " + std::to_string(text.size()) + "\r\n" + text;
  };
  // There is no answer to a page that was taken: the next command's comes.
  auto first = page("bob");
  first.replace(first.find('%'), 1, "99");
  EXPECT_TRUE(good(alice.send(first)));
  expect_quiet(alice);
  const auto requests = gateway().wait_for(1);
  ASSERT_EQ(requests.size(), 1U);
  EXPECT_EQ(requests[0].line, "POST /pages HTTP/1.1");
  EXPECT_EQ(requests[0].headers.at("content-type"), "application/json");
  EXPECT_EQ(requests[0].headers.at("authorization"), "Bearer geheim");
  const std::regex wanted(
      R"(\{"version":1,"id":"[0-9a-f]{32}","from":\{"email":"alice@example\.com","name":"Alice"\},)"
      R"("to":\{"email":"bob@example\.com","number":"555 1"\},"text":"1 & 2"\})");
  EXPECT_TRUE(std::regex_match(requests[0].body, wanted)) << requests[0].body;

  EXPECT_EQ(answer(alice, page("carol")), "800");
  gateway().answer("503 Busy");
  EXPECT_EQ(answer(alice, page("bob")), "800");
  gateway().answer("");
  EXPECT_EQ(answer(alice, page("bob")), "800");
  expect_metric("notification", "monarch_notification_pages_total{result=\"taken\"}", 1);
  expect_metric("notification", "monarch_notification_pages_total{result=\"refused\"}", 1);
  expect_logged("notification-1", "page_not_sent");
  EXPECT_EQ(cluster_.log("notification-1").find("geheim"), std::string::npos);
}

}  // namespace
}  // namespace monarch::testing
