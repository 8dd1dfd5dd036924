// A change of status followed across the real processes by its trace: the histograms of each part
// of its way and the lines of three logs (docs/decisions/0020-a-trace-follows-a-change.md).
#include "town.hpp"

namespace monarch::testing {
namespace {

ClusterOptions talkative() {
  ClusterOptions options;
  options.flags["notification"] = {"--log-level=debug"};
  options.flags["presence"] = {"--log-level=debug"};
  // Whoever is silent is asked no more because of that, and not because he is taken for dead.
  options.dead_after = "10s";
  return options;
}

const std::string kFanout = "monarch_notification_fanout_seconds";
const std::string kReceive = "monarch_notification_bus_receive_seconds";
const std::string kMessages = "monarch_notification_bus_messages_total";
const std::string kPublish = "monarch_presence_bus_publish_seconds";

class Traces : public Town {
 protected:
  Traces() : Town(talkative()) {}

  double at(const std::string& name, const std::string& metric) {
    const auto value = cluster_.metric(name, metric);
    EXPECT_TRUE(value.has_value()) << name << " has no " << metric;
    return value.value_or(0);
  }
  // The client may have read the line before its writer has counted it.
  void expect_grows(const std::string& name, const std::string& metric, double to) {
    const TimePoint deadline = SystemClock().now() + kAnswerWithin;
    while (at(name, metric) < to && SystemClock().now() < deadline) {
    }
    EXPECT_EQ(at(name, metric), to) << name << " " << metric;
  }
  // The last line in that log of an event that begins so.
  std::string last_line(const std::string& name, const std::string& event) {
    const std::string log = cluster_.log(name);
    const auto place = log.rfind(" event=" + event);
    if (place == std::string::npos) return "";
    const auto begin = log.rfind('\n', place) + 1;
    return log.substr(begin, log.find('\n', place) - begin);
  }
  static std::string field(const std::string& line, const std::string& key) {
    const auto place = line.find(" " + key + "=");
    if (place == std::string::npos) return "";
    const auto begin = place + key.size() + 2;
    return line.substr(begin, line.find(' ', begin) - begin);
  }
};

TEST_F(Traces, AChangeIsTimedAndFoundInEveryLog) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  const double lines = at("notification-2", kFanout + "_count");
  const double took = at("notification-2", kFanout + "_sum");
  const double lines_elsewhere = at("notification-1", kFanout + "_count");
  const double received = at("notification-2", kReceive + "_count");
  const double messages = at("notification-2", kMessages);
  const double published = metric("presence", kPublish + "_count");

  EXPECT_EQ(answer(alice, "CHG % AWY"), "CHG AWY");
  expect_line(bob, "NLN AWY alice@example.com Alice");
  expect_grows("notification-2", kFanout + "_count", lines + 1);
  EXPECT_EQ(at("notification-2", kReceive + "_count"), received + 1);
  EXPECT_EQ(at("notification-2", kMessages), messages + 1);
  EXPECT_EQ(metric("presence", kPublish + "_count"), published + 1);
  EXPECT_EQ(at("notification-1", kFanout + "_count"), lines_elsewhere);
  const double seconds = at("notification-2", kFanout + "_sum") - took;
  EXPECT_GT(seconds, 0) << "three processes have handled it";
  EXPECT_LT(seconds, static_cast<double>(kAnswerWithin.count()));

  expect_logged("notification-2", " event=fanout");
  const std::string told = last_line("notification-2", "fanout");
  const std::string asked = last_line("notification-1", "status_change_asked");
  const std::string trace = field(told, "trace");
  EXPECT_EQ(trace.size(), 16U) << told;
  EXPECT_EQ(field(told, "lines"), "1") << told;
  EXPECT_EQ(field(asked, "trace"), trace) << asked;
  const std::string presence = field(asked, "presence");
  ASSERT_TRUE(presence.starts_with("presence-")) << asked;
  const std::string changed = last_line(presence, "status_change");
  EXPECT_EQ(field(changed, "trace"), trace) << changed;
  EXPECT_EQ(field(changed, "result"), "ok") << changed;
  for (const std::string& line : {told, asked, changed}) {
    EXPECT_EQ(line.find("alice"), std::string::npos) << line;
  }
}

// Presence does not answer, then another one does: what a watcher waited for is from the CHG on.
TEST_F(Traces, AChangeThatIsAskedForAgainKeepsItsTrace) {
  MsnpClient& alice = here("alice", 1);
  MsnpClient& bob = here("bob", 2);
  const std::string first = field(last_line("notification-1", "status_change_asked"), "presence");
  ASSERT_FALSE(first.empty());
  const std::string other = first == "presence-1" ? "presence-2" : "presence-1";
  const double lines = at("notification-2", kFanout + "_count");
  const double took = at("notification-2", kFanout + "_sum");
  cluster_.freeze(first);
  EXPECT_EQ(answer(alice, "CHG % AWY"), "CHG AWY");
  expect_line(bob, "NLN AWY alice@example.com Alice");
  expect_grows("notification-2", kFanout + "_count", lines + 1);
  cluster_.thaw(first);
  expect_logged(other, " repeats=1 ");
  const std::string changed = last_line(other, "status_change");
  EXPECT_EQ(field(changed, "repeats"), "1") << changed;
  EXPECT_EQ(field(changed, "result"), "ok") << changed;
  EXPECT_NE(changed.find("level=info"), std::string::npos) << "also when little is logged";
  const std::string told = last_line("notification-2", "fanout_slow");
  EXPECT_EQ(field(told, "trace"), field(changed, "trace")) << told;
  EXPECT_EQ(field(told, "repeats"), "1") << told;
  EXPECT_GE(at("notification-2", kFanout + "_sum") - took, 1);
}

}  // namespace
}  // namespace monarch::testing
