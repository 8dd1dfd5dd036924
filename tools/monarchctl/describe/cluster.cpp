// nodes, sessions: what there is; drain: how a node is taken out.
#include <charconv>
#include <chrono>

#include "monarchctl/describe/command_line.hpp"
#include "runtime/settings.hpp"

namespace monarch::ctl {

namespace {

// A drain may take a day at most, as NodeAdmin has it; and a minute more until it is over.
constexpr std::chrono::hours kWithinMax{24};
constexpr std::chrono::minutes kWaitLonger{1};
constexpr std::chrono::hours kGraceMax{1};  // that a node can have, when --within says nothing

std::uint32_t seconds_of(Duration duration) {
  return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(duration).count());
}

// "50/s" or "50".
void read_rate(const std::string& text, std::uint32_t& per_second) {
  const char* const begin = text.data();
  const char* const end = begin + text.size() - (text.ends_with("/s") ? 2 : 0);
  const auto [stop, error] = std::from_chars(begin, end, per_second);
  constexpr std::uint32_t kMost = 100'000;
  if (error != std::errc() || stop != end || per_second == 0 || per_second > kMost) {
    throw CLI::ValidationError("--rate", "is how many people a second: 50/s, at most 100000/s");
  }
}

void read_within(const std::string& text, std::uint32_t& seconds) {
  const auto duration = runtime::parse_duration(text);
  if (!duration || *duration < std::chrono::seconds(1) || *duration > kWithinMax) {
    throw CLI::ValidationError("--within", "is a time from 1s to 24h: 90s, 10m");
  }
  seconds = seconds_of(*duration);
}

void describe_drain(CLI::App& app, CommandLine& line) {
  auto* drain = app.add_subcommand("drain", "Send the users of a node away, then let it end");
  auto& options = line.drain;
  drain->add_option("NODE", options.node, "Its name, as monarchctl nodes shows it")->required();
  drain->add_option_function<std::string>(
      "--rate", [&options](const std::string& text) { read_rate(text, options.per_second); },
      "People sent away per second: 50/s [default: the node's own pace]");
  drain->add_option_function<std::string>(
      "--within",
      [&options](const std::string& text) { read_within(text, options.within_seconds); },
      "How long it may take in all: 10m [default: the node's --grace-time]");
  drain->add_flag("--no-wait", options.no_wait, "Return when it has begun");
  drain->footer(
      "Nobody new is sent to the node from now on. A notification node tells its users that it "
      "goes\n"
      "down, then signs them out at the rate (their clients sign in again, elsewhere): faster "
      "when\n"
      "the time is too short for all. A switchboard lets its conversations end; with --rate it\n"
      "closes them at that rate. The other roles finish what they are doing. Then the process "
      "ends.\n"
      "How many are left is told every two seconds. SIGTERM to the process does the same at its "
      "own\n"
      "pace, and hurries a drain that has more time.\n\n"
      "Example: monarchctl drain notification-2 --rate 50/s --within 10m");
  drain->callback([&line] {
    if (!line.drain.no_wait) {
      const auto within = std::chrono::seconds(line.drain.within_seconds);
      line.drain.wait_seconds =
          seconds_of((within.count() == 0 ? Duration(kGraceMax) : Duration(within)) + kWaitLonger);
    }
    line.drain.quiet = line.json;
    line.command = [&line](Cluster& cluster) { return drain_node(cluster, line.drain); };
  });
}

}  // namespace

void describe_cluster(CLI::App& app, CommandLine& line) {
  app.add_subcommand("nodes", "List the processes of the cluster")->callback([&line] {
    line.command = list_nodes;
  });
  auto* sessions = app.add_subcommand("sessions", "List who is signed in, where and how");
  sessions->add_option("EMAIL", line.email, "Only this account");
  sessions->callback([&line] {
    line.command = [&line](Cluster& cluster) { return list_sessions(cluster, line.email); };
  });
  describe_drain(app, line);
}

}  // namespace monarch::ctl
