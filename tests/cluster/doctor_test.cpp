// monarchctl doctor against a real cluster, as an operator would run it.
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <memory>
#include <string>
#include <unistd.h>
#include <vector>

#include "testing/cluster/child_process.hpp"
#include "testing/cluster/local_cluster.hpp"

namespace monarch::testing {
namespace {

struct Said {
  int status = -1;
  std::string text;
};

class Doctor : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    cluster_ = std::make_unique<LocalCluster>();
    const auto started = cluster_->start();
    ASSERT_TRUE(started.ok()) << started.error();
    const auto acquainted = cluster_->wait_until_acquainted();
    ASSERT_TRUE(acquainted.ok()) << acquainted.error();
  }
  static void TearDownTestSuite() { cluster_.reset(); }

  void TearDown() override { std::filesystem::remove(path_); }

  Said ctl(const std::vector<std::string>& words) const {
    std::vector<std::string> argv{MONARCHCTL, "--auth", cluster_->rpc_address("auth-1"),
                                  "--presence", cluster_->rpc_address("presence-1")};
    argv.insert(argv.end(), words.begin(), words.end());
    std::filesystem::remove(path_);
    auto process = ChildProcess::start(argv, path_);
    if (!process) return {-1, process.error()};
    const auto status = process->wait(std::chrono::seconds(60));
    std::ifstream file(path_);
    return {status.value_or(-1), {std::istreambuf_iterator<char>(file), {}}};
  }

  static std::string accounts() { return cluster_->sql("SELECT count(*) FROM auth.account"); }

  static inline std::unique_ptr<LocalCluster> cluster_;
  std::string path_ = ::testing::TempDir() + "doctor-" + std::to_string(::getpid()) + ".log";
};

TEST_F(Doctor, FindsAWellClusterWellAndLeavesNothing) {
  const Said said = ctl({"doctor", "--timeout", "20"});
  EXPECT_EQ(said.status, 0) << said.text << cluster_->logs();
  EXPECT_NE(said.text.find("all is well"), std::string::npos) << said.text;
  EXPECT_EQ(accounts(), "0\n");
}

TEST_F(Doctor, FindsTheSameFromOutside) {
  ASSERT_EQ(ctl({"account", "add", "alice@example.com", "--password", "wonderland"}).status, 0);
  const std::string file = path_ + ".password";
  std::ofstream(file) << "wonderland\n";
  const Said said =
      ctl({"doctor", "--timeout", "20", "--connect", cluster_->client_address("dispatch-1"),
           "--email", "alice@example.com", "--password-file", file});
  std::filesystem::remove(file);
  EXPECT_EQ(said.status, 0) << said.text << cluster_->logs();
  EXPECT_EQ(ctl({"account", "delete", "alice@example.com"}).status, 0);
}

// The last one: it does not put right what it spoils.
TEST_F(Doctor, NamesTheServiceThatIsAwayAndLeavesNothing) {
  for (const char* name : {"switchboard-1", "switchboard-2"}) cluster_->kill(name);
  const Said said = ctl({"doctor", "--timeout", "20"});
  EXPECT_EQ(said.status, 1) << said.text;
  EXPECT_NE(said.text.find("FAILED"), std::string::npos) << said.text;
  EXPECT_NE(said.text.find("switchboard"), std::string::npos) << said.text;
  EXPECT_EQ(accounts(), "0\n");
}

}  // namespace
}  // namespace monarch::testing
