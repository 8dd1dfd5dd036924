// monarch-load: makes load on a running cluster of this machine and measures what it costs
// (docs/benchmarks.md). This file reads the command line.
#include <cstdio>
#include <fstream>
#include <sys/resource.h>

#include <CLI/CLI.hpp>

#include "load/scenarios.hpp"
#include "load/user.hpp"

using namespace monarch;

namespace {

struct CommandLine {
  std::string scenario;
  std::string run = "var/run";
  std::string json;
  load::ScenarioOptions options;
};

void raise_descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  static_cast<void>(setrlimit(RLIMIT_NOFILE, &limit));
}

// What `monarchctl account import` reads.
int print_accounts(const load::ScenarioOptions& options) {
  std::printf("email,password,name\n");
  for (std::size_t i = 0; i < options.users; ++i) {
    std::printf("%s,%s,User %zu\n", load::User::handle(options.prefix, i).c_str(), load::kPassword,
                i);
  }
  return 0;
}

void describe(CLI::App& app, CommandLine& line) {
  auto& options = line.options;
  app.add_option("scenario", line.scenario,
                 "accounts: print the accounts that the others need, as monarchctl account import "
                 "reads them")
      ->required()
      ->check(CLI::IsMember({"accounts", "idle", "sign-in", "presence"}));
  app.add_option("--cluster", line.run, "The folder var/run of a running ./dev up")
      ->capture_default_str();
  app.add_option("--prefix", options.prefix, "Of the accounts' addresses: PREFIX-0@example.net")
      ->capture_default_str();
  app.add_option("--users", options.users, "How many users")
      ->check(CLI::Range(2, 100'000))
      ->capture_default_str();
  app.add_option("--contacts", options.contacts, "How many each has in his forward list")
      ->check(CLI::Range(0, 150))
      ->capture_default_str();
  app.add_option("--at-once", options.at_once, "Sign-ins under way at a time")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_flag("--direct", options.direct,
               "Sign in at the notification nodes, not through dispatch");
  app.add_option("--rate", options.rate, "Changes of status per second; 0: as many as go")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  app.add_option("--in-flight", options.in_flight, "Changes under way at a time when --rate is 0")
      ->check(CLI::Range(1, 10'000))
      ->capture_default_str();
  app.add_option("--seconds", options.seconds, "How long to change, or to watch the idle")
      ->check(CLI::Range(1.0, 600.0))
      ->capture_default_str();
  app.add_option("--json", line.json, "Write the results to this file, too");
}

int run(const CommandLine& line) {
  if (line.scenario == "accounts") return print_accounts(line.options);
  const auto cluster = load::Processes::find(line.run);
  if (!cluster.ok()) {
    std::fprintf(stderr, "monarch-load: %s\n", cluster.error().c_str());
    return 1;
  }
  raise_descriptor_limit();
  const auto scenario = line.scenario == "idle"      ? &load::idle
                        : line.scenario == "sign-in" ? &load::sign_in
                                                     : &load::presence;
  const auto measured = scenario(*cluster, line.options);
  if (!measured.ok()) {
    std::fprintf(stderr, "monarch-load: %s\n", measured.error().c_str());
    return 1;
  }
  std::fputs(measured->table().c_str(), stdout);
  if (!line.json.empty()) std::ofstream(line.json) << measured->json();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{"Makes load on a running Monarch cluster and measures what it costs",
               "monarch-load"};
  app.set_version_flag("--version", MONARCH_VERSION);
  CommandLine line;
  describe(app, line);
  CLI11_PARSE(app, argc, argv);
  return run(line);
}
