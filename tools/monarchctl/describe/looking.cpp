// explain, trace: why something is as it is.
#include <chrono>

#include "monarchctl/describe/command_line.hpp"
#include "runtime/settings.hpp"

namespace monarch::ctl {

namespace {

constexpr std::chrono::hours kTraceAtMost{1};

void describe_explain(CLI::App& app, CommandLine& line) {
  auto* explain =
      app.add_subcommand("explain", "Say why one account does or does not see another, by rule");
  explain->add_option("A", line.email, "Who is looked at: name@domain.tld")->required();
  explain->add_option("B", line.viewer, "Who looks")->required();
  explain->footer(
      "Each rule is answered from the stores themselves, by the functions that decide what clients "
      "are\n"
      "shown, and says where it is written. What B's client has been shown so far is asked of its "
      "node.\n"
      "Exit status 0 whether or not B sees A; 1 when there is no such account.\n\n"
      "Example: monarchctl explain alice@example.com bob@example.com");
  explain->callback([&line] {
    line.command = [&line](Cluster& cluster) {
      return explain_sight(cluster, line.email, line.viewer);
    };
  });
}

void describe_trace(CLI::App& app, CommandLine& line) {
  auto& options = line.trace;
  auto* trace = app.add_subcommand("trace", "Show what a session and its client say to each other");
  trace->add_option("EMAIL", options.email, "Whose session")->required();
  trace->add_option_function<std::string>(
      "--for",
      [&options](const std::string& text) {
        const auto duration = runtime::parse_duration(text);
        if (!duration || *duration < std::chrono::seconds(1) || *duration > kTraceAtMost) {
          throw CLI::ValidationError("--for", "is a time from 1s to 1h: 90s, 10m");
        }
        options.seconds =
            static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::seconds>(*duration).count());
      },
      "How long at most, up to 1h [default: 10m]");
  trace->add_flag("--wait", options.wait, "Wait for the sign-in; what comes before it is not seen");
  trace->footer(
      "One line for each command, as it comes. Passwords, digests, challenges, tickets, telephone\n"
      "numbers, addresses of web sites and whatever else is not known to be harmless are left out; "
      "of\n"
      "messages only their length and kind is shown. Names and contacts are shown, so ask who it "
      "is "
      "about.\n"
      "Each trace is on record in the node's log.\n\n"
      "It is of one session at a notification node; conversations, which are at switchboards, are "
      "not\n"
      "followed. It ends with the session. A node serves eight at a time. With --json each line is "
      "a\n"
      "document.\n\n"
      "Example: monarchctl trace alice@example.com --for 5m");
  trace->callback([&line] {
    line.trace.json = line.json;
    line.command = [&line](Cluster& cluster) { return trace_session(cluster, line.trace); };
  });
}

}  // namespace

void describe_looking(CLI::App& app, CommandLine& line) {
  describe_explain(app, line);
  describe_trace(app, line);
}

}  // namespace monarch::ctl
