#include "rpc/guard.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <regex>

#include "runtime/log.hpp"

namespace monarch::rpc {
namespace {

using ::testing::HasSubstr;

Roles callers(const std::string& service) {
  const Permission* permission = find_permission("/" + service + "/Anything");
  return permission == nullptr ? Roles{0} : permission->callers;
}

// docs/security.md#who-may-call-what.
TEST(Permissions, AreAsTheDocumentSays) {
  EXPECT_EQ(callers("monarch.auth.v1.Auth"), kNotification);
  EXPECT_EQ(callers("monarch.auth.v1.Accounts"), kAdmin);
  EXPECT_EQ(callers("monarch.presence.v1.Presence"), kNotification | kSwitchboard);
  EXPECT_EQ(callers("monarch.presence.v1.PresenceAdmin"), kAuth | kAdmin);
  EXPECT_EQ(callers("monarch.switchboard.v1.Switchboard"), kNotification);
  EXPECT_EQ(callers("monarch.cluster.v1.NodeAdmin"), kAdmin);
  EXPECT_EQ(callers("monarch.notification.v1.NotificationAdmin"), kAdmin);
  EXPECT_EQ(callers("monarch.mailbox.v1.Mailbox"), kNotification);
  EXPECT_EQ(callers("monarch.mailbox.v1.MailEvents"), kMailbox | kAdmin);
  EXPECT_EQ(callers("grpc.health.v1.Health"), kAnybody);
  EXPECT_EQ(callers("grpc.reflection.v1alpha.ServerReflection"), 0);
  EXPECT_EQ(find_permission("monarch.auth.v1.Auth/Verify"), nullptr);
  EXPECT_EQ(find_permission(""), nullptr);
}

TEST(Permissions, KnowEveryServiceOfTheProtos) {
  const std::regex package("^package ([a-z0-9.]+);");
  const std::regex service("^service ([A-Za-z]+) ");
  std::size_t found = 0;
  for (const auto& file : std::filesystem::recursive_directory_iterator("proto")) {
    if (file.path().extension() != ".proto") continue;
    std::ifstream text(file.path());
    std::string prefix;
    std::smatch match;
    for (std::string line; std::getline(text, line);) {
      if (std::regex_search(line, match, package)) prefix = match[1];
      if (!std::regex_search(line, match, service)) continue;
      ++found;
      EXPECT_NE(callers(prefix + "." + match[1].str()), 0) << file.path() << ": " << match[1];
    }
  }
  EXPECT_GE(found, 6U);
}

TEST(Permissions, ARoleIsAWholeName) {
  EXPECT_EQ(role_of("auth.monarch.internal"), kAuth);
  EXPECT_EQ(role_of("admin.monarch.internal"), kAdmin);
  for (const char* name : {"auth", "auth.monarch.internal.example.org", "x.auth.monarch.internal",
                           "authmonarch.internal", ".monarch.internal", "*.monarch.internal", ""}) {
    EXPECT_EQ(role_of(name), 0) << name;
  }
}

class GuardTest : public ::testing::Test {
 protected:
  GuardTest() {
    log::redirect([this](std::string_view line) { lines_.emplace_back(line); });
  }
  ~GuardTest() override { log::redirect({}); }

  Guard guard_{Guard::By::kCertificate, "", {}};
  std::vector<std::string> lines_;
};

TEST_F(GuardTest, OneNameThatMayIsEnough) {
  EXPECT_TRUE(guard_
                  .decide("/monarch.auth.v1.Auth/Verify",
                          {"example.org", "notification.monarch.internal"}, "")
                  .ok());
  EXPECT_FALSE(guard_.decide("/monarch.auth.v1.Auth/Verify", {}, "").ok());
  EXPECT_FALSE(guard_.decide("/monarch.auth.v1.Auth/Verify", {"notification"}, "").ok());
}

TEST_F(GuardTest, ATokenIsComparedToTheByte) {
  Guard guard(Guard::By::kToken, "secret", {});
  const char* path = "/monarch.auth.v1.Accounts/Create";
  EXPECT_TRUE(guard.decide(path, {}, bearer("secret")).ok());
  for (const char* header : {"", "secret", "Bearer ", "Bearer secre", "Bearer secrets",
                             "Bearer  secret", "bearer secret"}) {
    const auto verdict = guard.decide(path, {}, header);
    ASSERT_FALSE(verdict.ok()) << header;
    EXPECT_EQ(verdict.error().code, Code::kUnauthenticated);
  }
}

TEST_F(GuardTest, RefusalsDoNotFillTheDisk) {
  for (int i = 0; i < 1000; ++i) {
    EXPECT_FALSE(guard_.decide("/monarch.auth.v1.Auth/Verify", {}, "").ok());
  }
  EXPECT_GE(lines_.size(), 20U);
  EXPECT_LE(lines_.size(), 100U) << "twenty each second";
  EXPECT_THAT(lines_.front(), HasSubstr("method=Auth/Verify caller=nobody"));
}

TEST_F(GuardTest, ALongMethodIsShownInPart) {
  EXPECT_FALSE(guard_.decide("/monarch.auth.v1.Auth/" + std::string(10'000, 'x'), {}, "").ok());
  EXPECT_LT(lines_.front().size(), 300U);
}

}  // namespace
}  // namespace monarch::rpc
