#include "runtime/security_settings.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "pki/authority.hpp"
#include "runtime/certificate_watch.hpp"
#include "runtime/log.hpp"

namespace monarch::runtime {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::int64_t kDay = 86'400;
const Endpoint kLoopback{"127.0.0.1", 5000};
const Endpoint kEverywhere{"0.0.0.0", 5000};

class SecuritySettingsTest : public ::testing::Test {
 protected:
  SecuritySettingsTest() {
    directory_ = (std::filesystem::temp_directory_path() / "monarch-tls-XXXXXX").string();
    EXPECT_NE(mkdtemp(directory_.data()), nullptr);
    write("ca.crt", authority_.pem().certificate, 0644);
    issue("auth", now_ + 90 * kDay);
    settings_.role = "auth";
    settings_.tls = {directory_ + "/ca.crt", directory_ + "/auth.crt", directory_ + "/auth.key"};
  }
  ~SecuritySettingsTest() override {
    log::redirect({});
    std::filesystem::remove_all(directory_);
  }

  void write(const std::string& name, const std::string& text, mode_t mode) const {
    const std::string path = directory_ + "/" + name;
    std::ofstream(path + ".new") << text;
    EXPECT_EQ(chmod((path + ".new").c_str(), mode), 0);
    std::filesystem::rename(path + ".new", path);
  }
  void issue(const std::string& role, std::int64_t not_after) const {
    pki::Request request;
    request.subject = role;
    request.dns_names = {certificate_name(role)};
    request.not_before = now_ - 10 * kDay;
    request.not_after = not_after;
    const auto issued = authority_.issue(request);
    ASSERT_TRUE(issued.ok());
    write(role + ".crt", issued->certificate, 0644);
    write(role + ".key", issued->key, 0600);
  }
  [[nodiscard]] std::string refusal(const Endpoint& bind = kLoopback) const {
    const auto checked = check_security(settings_, bind);
    return checked.ok() ? "" : checked.error();
  }

  std::int64_t now_ = SystemClock().unix_time().count();
  pki::Authority authority_ = pki::Authority::create("CA", now_ - 10 * kDay, now_ + 100 * kDay);
  std::string directory_;
  SecuritySettings settings_;
};

TEST_F(SecuritySettingsTest, WithCertificatesOneMayListenAnywhere) {
  EXPECT_EQ(refusal(kLoopback), "");
  EXPECT_EQ(refusal(kEverywhere), "");
}

TEST_F(SecuritySettingsTest, PlainTextStaysOnTheMachineUnlessAllowedAndThenNeedsAToken) {
  settings_.tls = {};
  EXPECT_EQ(refusal(kLoopback), "");
  EXPECT_THAT(refusal(kEverywhere), StartsWith("--rpc-bind: 0.0.0.0:5000 is not loopback"));
  settings_.allow_plaintext = true;
  EXPECT_THAT(refusal(kEverywhere), StartsWith("--admin-token-file: must be given"));
  settings_.admin_token = "0123456789abcdef";
  EXPECT_EQ(refusal(kEverywhere), "");
}

TEST_F(SecuritySettingsTest, ATokenIsNoWordThatCanBeGuessedAndHasNoUseBesideCertificates) {
  settings_.admin_token = "0123456789abcdef";
  EXPECT_THAT(refusal(), StartsWith("--admin-token-file: has no use"));
  settings_.tls = {};
  for (const char* token : {"short", "0123456789 abcdef", "0123456789abcdef\n"}) {
    settings_.admin_token = token;
    EXPECT_THAT(refusal(), StartsWith("--admin-token-file: must hold")) << token;
    EXPECT_EQ(refusal().find(token), std::string::npos);
  }
}

TEST_F(SecuritySettingsTest, TheThreeFilesGoTogether) {
  const TlsFiles all = settings_.tls;
  settings_.tls.authority.clear();
  EXPECT_THAT(refusal(), StartsWith("--tls-ca-file: must be given"));
  settings_.tls = all;
  settings_.tls.certificate.clear();
  EXPECT_THAT(refusal(), StartsWith("--tls-cert-file: must be given"));
  settings_.tls = all;
  settings_.tls.key.clear();
  EXPECT_THAT(refusal(), StartsWith("--tls-key-file: must be given"));
}

TEST_F(SecuritySettingsTest, EachFileIsBlamedForItsOwnFault) {
  const TlsFiles good = settings_.tls;
  settings_.tls.authority = directory_ + "/missing";
  EXPECT_THAT(refusal(), StartsWith("--tls-ca-file: cannot read "));
  settings_.tls = good;
  settings_.tls.authority = good.key;
  EXPECT_THAT(refusal(), HasSubstr("holds no certificate"));
  settings_.tls = good;
  settings_.tls.certificate = directory_;
  EXPECT_THAT(refusal(), StartsWith("--tls-cert-file: "));
  settings_.tls = good;
  EXPECT_EQ(chmod(good.key.c_str(), 0644), 0);
  EXPECT_THAT(refusal(), HasSubstr("can be read by everybody"));
  EXPECT_EQ(chmod(good.key.c_str(), 0600), 0);
  issue("presence", now_ + kDay);
  settings_.tls.key = directory_ + "/presence.key";
  EXPECT_THAT(refusal(), StartsWith("--tls-key-file: "));
  EXPECT_THAT(refusal(), HasSubstr("is the key of another certificate"));
}

TEST_F(SecuritySettingsTest, ACertificateIsOfTheRoleAndValidNow) {
  settings_.role = "presence";
  EXPECT_EQ(refusal(), "--tls-cert-file: \"" + settings_.tls.certificate +
                           "\" is of auth.monarch.internal, not of presence.monarch.internal");
  settings_.role = "auth";
  issue("auth", now_ - kDay);
  EXPECT_THAT(refusal(), HasSubstr("has expired on " + pki::utc(now_ - kDay)));
}

TEST_F(SecuritySettingsTest, AReplacedCertificateShowsInTheMetricAndABrokenOneInTheLog) {
  std::string logged;
  log::redirect([&](std::string_view line) { logged += std::string(line) + "\n"; });
  const auto shows = [](std::int64_t time, metrics::Registry& metrics) {
    // As Prometheus' text writes doubles: "1.8e+09" or in full; read it back.
    const std::string text = metrics.expose();
    const std::string name = "\nmonarch_tls_certificate_expiry_seconds ";
    const auto place = text.find(name);
    return place != std::string::npos &&
           std::stod(text.substr(place + name.size())) == static_cast<double>(time);
  };
  net::Loop loop;
  metrics::Registry metrics("auth");
  const CertificateWatch watch(loop, metrics, settings_, std::chrono::milliseconds(5));
  EXPECT_TRUE(shows(now_ + 90 * kDay, metrics)) << metrics.expose();

  issue("auth", now_ + 95 * kDay);
  EXPECT_TRUE(loop.run_until([&] { return shows(now_ + 95 * kDay, metrics); }));
  EXPECT_THAT(logged, HasSubstr("event=certificate_replaced"));

  write("auth.crt", "nonsense", 0644);
  EXPECT_TRUE(
      loop.run_until([&] { return logged.find("certificate_unusable") != std::string::npos; }));
  EXPECT_TRUE(shows(now_ + 95 * kDay, metrics)) << "gRPC goes on with the old one";
  loop.close();
}

}  // namespace
}  // namespace monarch::runtime
