#include "runtime/log.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::log {
namespace {

class LogTest : public testing::Test {
 protected:
  void SetUp() override {
    redirect([this](std::string_view line) { lines_.emplace_back(line); });
  }
  void TearDown() override {
    redirect({});
    set_up(Level::kInfo, Format::kKeyValue, "");
  }
  // The line without its time stamp, which is checked for its shape.
  std::string last() {
    const std::string line = lines_.empty() ? "" : lines_.back();
    EXPECT_GE(line.size(), 28U);
    EXPECT_EQ(line.substr(0, 5), "ts=20");
    return line.substr(28);
  }
  std::vector<std::string> lines_;
};

TEST_F(LogTest, WritesKeysAndValues) {
  set_up(Level::kInfo, Format::kKeyValue, "notification-1");
  info("signed_in", {{"account", AccountId(7)},
                     {"took", std::chrono::milliseconds(250)},
                     {"first", true},
                     {"delta", -3}});
  EXPECT_EQ(last(),
            "level=info event=signed_in node=notification-1 account=7 took=0.25 first=true "
            "delta=-3");
}

TEST_F(LogTest, ALineStaysALineWhateverIsInIt) {
  warn("odd", {{"name", "two words"}, {"evil", "a\r\nlevel=error \"x\" \\ \x01"}, {"none", ""}});
  EXPECT_EQ(last(),
            "level=warn event=odd name=\"two words\" "
            "evil=\"a\\u000d\\u000alevel=error \\\"x\\\" \\\\ \\u0001\" none=\"\"");
}

TEST_F(LogTest, WritesJson) {
  set_up(Level::kInfo, Format::kJson, "a-1");
  error("failed", {{"why", "no \"way\"\n"}, {"times", 3U}, {"ok", false}});
  const std::string& line = lines_.back();
  EXPECT_EQ(line.substr(0, 9), R"({"ts":"20)");
  EXPECT_EQ(line.substr(line.find("\"level\"")),
            R"("level":"error","event":"failed","node":"a-1","why":"no \"way\"\u000a",)"
            R"("times":3,"ok":false})");
}

TEST_F(LogTest, KeepsBelowItsLevel) {
  debug("quiet");
  EXPECT_TRUE(lines_.empty());
  set_level(Level::kDebug);
  debug("heard");
  EXPECT_EQ(lines_.size(), 1U);
  set_level(Level::kOff);
  error("nothing");
  EXPECT_EQ(lines_.size(), 1U);
}

TEST_F(LogTest, CutsLongValues) {
  info("long", {{"text", std::string(5000, 'x')}});
  EXPECT_LT(last().size(), 600U);
}

TEST(LogLevel, HasNamesThatReadBack) {
  for (const Level level : {Level::kDebug, Level::kInfo, Level::kWarn, Level::kError}) {
    EXPECT_EQ(parse_level(to_string(level)), level);
  }
  EXPECT_FALSE(parse_level("loud").has_value());
}

TEST(RateLimit, LetsOneThroughPerIntervalAndCountsTheRest) {
  RateLimit limit(std::chrono::seconds(10));
  TimePoint now{};
  EXPECT_EQ(limit.due(now), 0U);
  EXPECT_FALSE(limit.due(now + std::chrono::seconds(1)).has_value());
  EXPECT_FALSE(limit.due(now + std::chrono::seconds(9)).has_value());
  EXPECT_EQ(limit.due(now + std::chrono::seconds(10)), 2U);
  EXPECT_FALSE(limit.due(now + std::chrono::seconds(11)).has_value());
}

}  // namespace
}  // namespace monarch::log
