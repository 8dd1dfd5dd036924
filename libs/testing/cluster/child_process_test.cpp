#include "testing/cluster/child_process.hpp"

#include <csignal>
#include <filesystem>
#include <gtest/gtest.h>
#include <unistd.h>

namespace monarch::testing {
namespace {

using std::chrono::seconds;

class ChildProcessTest : public ::testing::Test {
 protected:
  ChildProcessTest() {
    log_ = (std::filesystem::temp_directory_path() / "monarch-child-XXXXXX").string();
    ::close(mkstemp(log_.data()));
  }
  ~ChildProcessTest() override { std::filesystem::remove(log_); }

  ChildProcess shell(const std::string& script) {
    auto child = ChildProcess::start({"/bin/sh", "-c", script}, log_);
    EXPECT_TRUE(child.ok());
    return std::move(*child);
  }

  std::string log_;
};

TEST_F(ChildProcessTest, TellsItsStatusAndOutput) {
  ChildProcess child = shell("echo one; echo two >&2; echo three; exit 3");
  EXPECT_EQ(child.wait(seconds(5)), 3);
  EXPECT_EQ(child.wait(seconds(5)), 3) << "again";
  EXPECT_EQ(tail_of(log_, 2, "> "), "> two\n> three\n");
}

TEST_F(ChildProcessTest, IsEndedBySignals) {
  ChildProcess child = shell("exec sleep 1000");
  EXPECT_TRUE(child.running());
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(seconds(5)), 128 + SIGTERM);
  EXPECT_FALSE(child.running());
}

TEST_F(ChildProcessTest, IsKilledEvenWhenFrozen) {
  pid_t pid = 0;
  {
    ChildProcess child = shell("exec sleep 1000");
    pid = child.pid();
    child.signal(SIGSTOP);
  }
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(ChildProcessTest, AMissingProgramIsAnError) {
  const auto child = ChildProcess::start({"/no/such/monarch-auth"}, log_);
  ASSERT_FALSE(child.ok());
  EXPECT_EQ(child.error(), "/no/such/monarch-auth is not built");
}

}  // namespace
}  // namespace monarch::testing
