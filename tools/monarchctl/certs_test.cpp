#include "monarchctl/certs.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <iterator>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "runtime/security_settings.hpp"

namespace monarch::ctl {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kDay = 86'400;
constexpr const char* kAll[] = {"auth",        "presence", "notification",
                                "switchboard", "dispatch", "admin"};

class Certs : public ::testing::Test {
 protected:
  Certs() {
    root_ = (std::filesystem::temp_directory_path() / "monarch-certs-XXXXXX").string();
    EXPECT_NE(mkdtemp(root_.data()), nullptr);
    options_.directory = root_ + "/certs";
  }
  ~Certs() override { std::filesystem::remove_all(root_); }

  [[nodiscard]] std::string path(const std::string& name) const {
    return options_.directory + "/" + name;
  }
  [[nodiscard]] std::string text(const std::string& name) const {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  [[nodiscard]] mode_t mode(const std::string& name) const {
    struct stat about {};
    EXPECT_EQ(::stat(path(name).c_str(), &about), 0) << name;
    return about.st_mode & 07777U;
  }
  [[nodiscard]] Result<pki::Certificate, std::string> checked(const std::string& role) const {
    return runtime::check_tls_files({path("ca.crt"), path(role + ".crt"), path(role + ".key")},
                                    role);
  }
  Output init(std::int64_t later = 0) {
    auto answer = init_certs(options_, now_ + later);
    EXPECT_TRUE(answer.ok()) << answer.error().text;
    return answer.ok() ? *answer : Output{};
  }
  std::string refusal(int status = kRefused) {
    const auto answer = init_certs(options_, now_);
    if (answer.ok()) return "";
    EXPECT_EQ(answer.error().status, status);
    return answer.error().text;
  }

  std::int64_t now_ = SystemClock().unix_time().count();
  std::string root_;
  CertsOptions options_;
};

TEST_F(Certs, EachServiceGetsOneThatItsSettingsAccept) {
  const Output output = init();
  for (const char* role : kAll) {
    const auto certificate = checked(role);
    ASSERT_TRUE(certificate.ok()) << certificate.error();
    EXPECT_EQ(certificate->not_after, now_ + 365 * kDay);
    EXPECT_EQ(mode(role + std::string(".key")), 0600U);
    EXPECT_EQ(mode(role + std::string(".crt")), 0644U);
  }
  EXPECT_EQ(mode("ca.key"), 0600U);
  EXPECT_EQ(mode("."), 0700U);
  EXPECT_EQ(output.json["certificates"].size(), 7U);
  EXPECT_EQ(output.json["certificates"][1]["name"], "auth");
  EXPECT_EQ(output.json["certificates"][1]["days_left"], 365);
  EXPECT_THAT(output.text, HasSubstr("auth.monarch.internal"));
}

TEST_F(Certs, NothingIsOverwritten) {
  init();
  const std::string before = text("ca.key") + text("auth.crt") + text("auth.key");
  EXPECT_THAT(refusal(), HasSubstr("ca.crt is there already and is not overwritten; --renew"));
  EXPECT_EQ(text("ca.key") + text("auth.crt") + text("auth.key"), before);
  std::filesystem::remove(path("ca.crt"));
  std::filesystem::remove(path("ca.key"));
  EXPECT_THAT(refusal(), HasSubstr("auth.crt is there already"));
  EXPECT_FALSE(std::filesystem::exists(path("ca.key"))) << "and nothing was made";
}

TEST_F(Certs, RenewIssuesAnewByTheSameAuthorityForTheSameHosts) {
  options_.hosts = {"chat.example.org", "10.0.0.7"};
  init();
  const std::string authority = text("ca.crt") + text("ca.key");
  const std::string key = text("auth.key");
  options_.hosts.clear();
  options_.renew = true;
  options_.days = 30;
  init(60);
  EXPECT_EQ(text("ca.crt") + text("ca.key"), authority);
  EXPECT_NE(text("auth.key"), key);
  const auto certificate = checked("auth");
  ASSERT_TRUE(certificate.ok()) << certificate.error();
  EXPECT_EQ(certificate->not_after, now_ + 60 + 30 * kDay);
  EXPECT_THAT(certificate->dns_names, ElementsAre("auth.monarch.internal", "chat.example.org"));
  EXPECT_THAT(certificate->addresses, ElementsAre("10.0.0.7"));
  EXPECT_EQ(mode("auth.key"), 0600U);
}

TEST_F(Certs, OneServiceMayBeRenewedOrAddedAlone) {
  options_.services = {"auth", "dispatch"};
  init();
  EXPECT_FALSE(std::filesystem::exists(path("presence.crt")));
  const std::string dispatch = text("dispatch.crt");
  options_.renew = true;
  options_.services = {"auth", "presence"};
  init();
  EXPECT_EQ(text("dispatch.crt"), dispatch);
  EXPECT_TRUE(checked("presence").ok());
  EXPECT_TRUE(checked("auth").ok());
}

TEST_F(Certs, WhatCannotBeIsOneLine) {
  options_.services = {"mail"};
  EXPECT_EQ(refusal(kFailed),
            "--service: \"mail\" is none of auth, presence, notification, "
            "switchboard, dispatch, admin, mailbox");
  options_.services.clear();
  options_.hosts = {"no name"};
  EXPECT_THAT(refusal(kFailed), HasSubstr("--host: \"no name\""));
  EXPECT_FALSE(std::filesystem::exists(options_.directory));
  options_.hosts.clear();
  options_.renew = true;
  EXPECT_THAT(refusal(), HasSubstr("certs init without --renew"));
  options_.renew = false;
  options_.directory = root_ + "/missing/certs";
  EXPECT_THAT(refusal(), HasSubstr("cannot make " + options_.directory));
}

TEST_F(Certs, AnAuthorityWithoutItsKeyRenewsNothing) {
  init();
  options_.renew = true;
  const std::string before = text("auth.crt");
  std::filesystem::rename(path("ca.key"), path("away"));
  EXPECT_THAT(refusal(), HasSubstr("ca.key"));
  std::filesystem::copy(path("auth.key"), path("ca.key"));
  EXPECT_THAT(refusal(), HasSubstr("do not belong together"));
  EXPECT_EQ(text("auth.crt"), before);
}

TEST_F(Certs, ShowSaysWhatHasExpired) {
  EXPECT_FALSE(show_certs(options_.directory, now_).ok());
  options_.days = 10;
  init();
  const auto fine = show_certs(options_.directory, now_ + 3 * kDay);
  ASSERT_TRUE(fine.ok());
  EXPECT_EQ(fine->status, kDone);
  EXPECT_EQ(fine->json["certificates"][2]["days_left"], 7);
  const auto late = show_certs(options_.directory, now_ + 11 * kDay);
  ASSERT_TRUE(late.ok());
  EXPECT_EQ(late->status, kRefused);
  EXPECT_EQ(late->json["certificates"][0]["state"], "valid") << "the authority lasts longer";
  EXPECT_EQ(late->json["certificates"][1]["state"], "expired");
  std::ofstream(path("auth.crt")) << "nonsense";
  EXPECT_FALSE(show_certs(options_.directory, now_).ok());
}

}  // namespace
}  // namespace monarch::ctl
