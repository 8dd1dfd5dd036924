#include "presence/adapters/trace_log.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::presence {
namespace {

using namespace std::chrono_literals;

class TraceLogTest : public ::testing::Test {
 protected:
  void SetUp() override {
    log::redirect([this](std::string_view line) { lines.emplace_back(line); });
  }
  void TearDown() override {
    log::redirect({});
    log::set_level(log::Level::kInfo);
  }
  [[nodiscard]] bool last_has(const std::string& what) const {
    return !lines.empty() && lines.back().find(what) != std::string::npos;
  }
  static model::Trace trace(std::uint32_t repeats = 0) {
    return {model::TraceId(0xBEEF), TimePoint(), repeats};
  }

  TraceLog traces;
  std::vector<std::string> lines;
};

TEST_F(TraceLogTest, AChangeThatWentWellIsNotTold) {
  traces.answered(trace(), "ok", 3ms);
  EXPECT_TRUE(lines.empty());
}

TEST_F(TraceLogTest, OneThatFailedIs) {
  traces.answered(trace(), "index_unavailable", 3ms);
  EXPECT_TRUE(
      last_has("level=info event=status_change trace=000000000000beef "
               "result=index_unavailable repeats=0 seconds=0.003 held_back=0"))
      << lines.size();
  traces.answered(trace(), "index_unavailable", 3ms);
  EXPECT_EQ(lines.size(), 1U) << "once in a while";
}

TEST_F(TraceLogTest, SoIsOneThatWasAskedForAgain) {
  traces.answered(trace(2), "ok", 3ms);
  EXPECT_TRUE(last_has("trace=000000000000beef result=ok repeats=2")) << lines.size();
}

TEST_F(TraceLogTest, AndOneThatTookLong) {
  traces.answered(trace(), "ok", 1s);
  EXPECT_TRUE(last_has("trace=000000000000beef result=ok")) << lines.size();
}

TEST_F(TraceLogTest, AtDebugLevelEachIs) {
  log::set_level(log::Level::kDebug);
  traces.answered(trace(), "ok", 3ms);
  EXPECT_TRUE(last_has("level=debug event=status_change")) << lines.size();
  traces.answered(trace(), "fenced", 3ms);
  traces.answered(trace(), "fenced", 3ms);
  EXPECT_EQ(lines.size(), 3U);
}

TEST_F(TraceLogTest, FollowsWhatIsFollowed) {
  EXPECT_FALSE(trace_of(model::CloseSession{}).has_value());
  EXPECT_FALSE(trace_of(model::ChangeStatus{}).has_value());
  model::ChangeStatus change;
  change.trace = trace();
  EXPECT_EQ(trace_of(change), trace());
}

}  // namespace
}  // namespace monarch::presence
