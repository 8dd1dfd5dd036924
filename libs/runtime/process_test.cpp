#include "runtime/process.hpp"

#include <csignal>
#include <gtest/gtest.h>

#include "runtime/log.hpp"

namespace monarch::runtime {
namespace {

class ProcessTest : public testing::Test {
 protected:
  void SetUp() override {
    log::redirect([](std::string_view) {});
  }
  void TearDown() override { log::redirect({}); }

  std::optional<int> start(std::vector<const char*> arguments = {}) {
    arguments.insert(arguments.begin(), "monarch-test");
    return process_.start(static_cast<int>(arguments.size()), arguments.data());
  }
  Process process_{"test", "A test", "1.0"};
};

TEST_F(ProcessTest, ASignalDrainsAndThenItEndsWell) {
  ASSERT_FALSE(start().has_value());
  EXPECT_TRUE(process_.health().ready());
  bool ready_in_drain = true;
  int drains = 0;
  process_.on_drain([&] {
    ready_in_drain = process_.health().ready();
    ++drains;
    process_.loop().post([&] { process_.drained(); });
  });
  process_.on_drain([&] {
    ++drains;
    process_.drained();
  });
  process_.loop().post([] { std::raise(SIGTERM); });
  EXPECT_EQ(process_.run(), 0);
  EXPECT_EQ(drains, 2);
  EXPECT_FALSE(ready_in_drain);
}

TEST_F(ProcessTest, ASecondSignalStopsAtOnce) {
  ASSERT_FALSE(start().has_value());
  process_.on_drain([] { std::raise(SIGINT); });
  process_.loop().post([] { std::raise(SIGTERM); });
  EXPECT_EQ(process_.run(), 1);
}

TEST_F(ProcessTest, TheGraceTimeBoundsTheDrain) {
  ASSERT_FALSE(start({"--grace-time=10ms"}).has_value());
  process_.on_drain([] {});
  process_.loop().post([this] { process_.drain(); });
  EXPECT_EQ(process_.run(), 0);
}

TEST_F(ProcessTest, AnOrderMayGiveMoreTimeThanTheGraceTime) {
  ASSERT_FALSE(start({"--grace-time=10ms"}).has_value());
  bool in_time = false;
  net::Timer timer(process_.loop());
  process_.on_drain([&] {
    EXPECT_EQ(process_.drain_order().per_second, 7U);
    EXPECT_EQ(process_.drain_order().within, std::chrono::hours(1));
    timer.start(std::chrono::milliseconds(30), [&] {
      in_time = true;
      process_.drained();
    });
  });
  process_.loop().post(
      [this] { process_.drain({.per_second = 7, .within = std::chrono::hours(1)}); });
  EXPECT_EQ(process_.run(), 0);
  EXPECT_TRUE(in_time);
}

TEST_F(ProcessTest, ASignalHurriesADrainThatHasMuchTime) {
  ASSERT_FALSE(start({"--grace-time=10s"}).has_value());
  int hurried = 0;
  process_.on_drain([&] {
    // One that gives more time changes nothing.
    process_.drain({.per_second = 1, .within = std::chrono::hours(2)});
    EXPECT_EQ(hurried, 0);
    std::raise(SIGTERM);
  });
  process_.on_hurry([&] {
    ++hurried;
    EXPECT_EQ(process_.drain_order().within, std::chrono::seconds(10));
    process_.drained();
  });
  process_.loop().post(
      [this] { process_.drain({.per_second = 7, .within = std::chrono::hours(1)}); });
  EXPECT_EQ(process_.run(), 0);
  EXPECT_EQ(hurried, 1);
}

TEST_F(ProcessTest, WithoutAnythingToDrainItEndsAtOnce) {
  ASSERT_FALSE(start().has_value());
  process_.loop().post([this] { process_.drain(); });
  EXPECT_EQ(process_.run(), 0);
}

TEST_F(ProcessTest, AWrongSettingIsStatus2) { EXPECT_EQ(start({"--grace-time=never"}), 2); }

TEST_F(ProcessTest, HelpIsStatus0) {
  testing::internal::CaptureStdout();
  EXPECT_EQ(start({"--help"}), 0);
  EXPECT_NE(testing::internal::GetCapturedStdout().find("--grace-time"), std::string::npos);
}

}  // namespace
}  // namespace monarch::runtime
