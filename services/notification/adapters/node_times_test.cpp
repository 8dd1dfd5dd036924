#include "notification/adapters/node_times.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::notification {
namespace {

using namespace std::chrono_literals;

class NodeTimesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    log::redirect([this](std::string_view line) { lines.emplace_back(line); });
  }
  void TearDown() override {
    log::redirect({});
    log::set_level(log::Level::kInfo);
  }
  [[nodiscard]] bool shows(const std::string& what) {
    return registry.expose().find("monarch_notification_fanout_seconds" + what) !=
           std::string::npos;
  }
  static model::Trace trace(std::uint64_t id) { return {model::TraceId(id), TimePoint(), 1}; }

  ManualClock clock;
  metrics::Registry registry{"notification"};
  NodeTimes times{registry, clock};
  std::vector<std::string> lines;
};

TEST_F(NodeTimesTest, EveryLineCounts) {
  EXPECT_TRUE(shows("_count 0\n"));
  times.fanned_out(trace(1), 3ms, 4);
  times.fanned_out(trace(2), 250ms, 1);
  EXPECT_TRUE(shows("_count 5\n")) << registry.expose();
  EXPECT_TRUE(shows("_bucket{le=\"0.005\"} 4\n")) << registry.expose();
  EXPECT_TRUE(lines.empty()) << "what is quick is not told";
}

TEST_F(NodeTimesTest, ASlowOneIsToldOnceInAWhile) {
  times.fanned_out(trace(0xBEEF), 1s, 3);
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_NE(lines[0].find("level=warn event=fanout_slow"), std::string::npos) << lines[0];
  EXPECT_NE(lines[0].find(" trace=000000000000beef seconds=1 lines=3 repeats=1 held_back=0"),
            std::string::npos)
      << lines[0];
  times.fanned_out(trace(2), 2s, 1);
  EXPECT_EQ(lines.size(), 1U);
  clock.advance(1min);
  times.fanned_out(trace(3), 2s, 1);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[1].find(" held_back=1"), std::string::npos) << lines[1];
}

TEST_F(NodeTimesTest, AtDebugLevelEachIsTold) {
  log::set_level(log::Level::kDebug);
  times.fanned_out(trace(1), 3ms, 4);
  times.fanned_out(trace(2), 2s, 1);
  times.fanned_out(trace(3), 2s, 1);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_NE(lines[0].find("level=debug event=fanout trace=0000000000000001"), std::string::npos)
      << lines[0];
  EXPECT_NE(lines[2].find("trace=0000000000000003"), std::string::npos) << lines[2];
}

TEST_F(NodeTimesTest, AnswersOfPresenceAreToldByOperation) {
  times.answered(model::Invite{}, 2s);
  const std::string text = registry.expose();
  const std::string series = "monarch_notification_presence_request_seconds_count{operation=";
  EXPECT_NE(text.find(series + "\"invite\"} 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find(series + "\"compare\"} 0\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace monarch::notification
