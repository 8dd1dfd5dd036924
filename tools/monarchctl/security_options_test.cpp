#include "monarchctl/security_options.hpp"

#include <filesystem>
#include <fstream>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.hpp"
#include "monarchctl/certs.hpp"

namespace monarch::ctl {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class SecurityOptionsTest : public ::testing::Test {
 protected:
  SecurityOptionsTest() {
    root_ = (std::filesystem::temp_directory_path() / "monarch-options-XXXXXX").string();
    EXPECT_NE(mkdtemp(root_.data()), nullptr);
  }
  ~SecurityOptionsTest() override { std::filesystem::remove_all(root_); }

  std::string token(const std::string& text, mode_t mode) const {
    const std::string path = root_ + "/token";
    std::ofstream(path) << text << "\n";
    EXPECT_EQ(chmod(path.c_str(), mode), 0);
    return path;
  }
  std::string refusal() const {
    const auto read = read_security(options_);
    if (read.ok()) return "";
    EXPECT_EQ(read.error().status, kFailed);
    return read.error().text;
  }

  std::string root_;
  SecurityOptions options_;
};

TEST_F(SecurityOptionsTest, WithoutAnyItIsPlainTextOnThisMachine) {
  const auto security = read_security(options_);
  ASSERT_TRUE(security.ok());
  EXPECT_FALSE(security->encrypted());
  EXPECT_FALSE(security->permits({"10.0.0.1", 5000}).ok());
  options_.allow_plaintext = true;
  EXPECT_TRUE(read_security(options_)->permits({"10.0.0.1", 5000}).ok());
}

TEST_F(SecurityOptionsTest, TheCertificateIsThatOfAdmin) {
  CertsOptions certs;
  certs.directory = root_ + "/certs";
  ASSERT_TRUE(init_certs(certs, SystemClock().unix_time().count()).ok());
  const auto files = [&](const std::string& name) {
    return runtime::TlsFiles{certs.directory + "/ca.crt", certs.directory + "/" + name + ".crt",
                             certs.directory + "/" + name + ".key"};
  };
  options_.tls = files("admin");
  const auto security = read_security(options_);
  ASSERT_TRUE(security.ok()) << security.error().text;
  EXPECT_TRUE(security->encrypted());
  options_.tls = files("auth");
  EXPECT_THAT(refusal(), HasSubstr("is of auth.monarch.internal, not of admin.monarch.internal"));
  options_.tls.key.clear();
  EXPECT_THAT(refusal(), StartsWith("--tls-key-file: must be given"));
}

TEST_F(SecurityOptionsTest, TheTokenIsReadFromAFileThatOthersCannotRead) {
  options_.token_file = token("0123456789abcdef", 0600);
  ASSERT_TRUE(read_security(options_).ok()) << refusal();
  EXPECT_EQ(read_security(options_)->admin_token(), "0123456789abcdef");
  token("short", 0600);
  EXPECT_THAT(refusal(), StartsWith("--token-file: must hold"));
  token("0123456789abcdef", 0644);
  EXPECT_THAT(refusal(), StartsWith("--token-file: "));
  options_.token_file = root_ + "/missing";
  EXPECT_THAT(refusal(), StartsWith("--token-file: cannot read"));
}

}  // namespace
}  // namespace monarch::ctl
