// monarchctl: administration of a Monarch cluster over gRPC, never over its databases. Which
// commands there are and how they are written is said in describe/, one file per subject.
#include <algorithm>
#include <cstdio>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "monarchctl/describe/command_line.hpp"
#include "runtime/log.hpp"

using namespace monarch;
using namespace monarch::ctl;

namespace {

void print_error(const std::string& text) {
  std::printf("%s\n", nlohmann::ordered_json{{"error", text}}.dump(2).c_str());
}

// CLI11 says of "account frob" only that a subcommand is missing. It may have stopped before it
// read that scripts are to understand it.
int say_wrong_usage(const CLI::App& app, const CLI::ParseError& error, bool json) {
  if (error.get_exit_code() == 0) return app.exit(error);
  if (json) {
    print_error(error.what());
    return kFailed;
  }
  std::fprintf(stderr, "monarchctl: %s\n", error.what());
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  std::string known;
  for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
    known += (known.empty() ? "" : ", ") + command->get_name();
  }
  if (!known.empty()) std::fprintf(stderr, "the commands here are: %s\n", known.c_str());
  std::fprintf(stderr, "--help says more\n");
  return kFailed;
}

int print(const Answer& answer, bool json) {
  if (!answer) {
    if (json) {
      print_error(answer.error().text);
    } else {
      std::fprintf(stderr, "monarchctl: %s\n", answer.error().text.c_str());
    }
    return answer.error().status;
  }
  // What is no UTF-8 (it should not exist) must not stop a listing.
  const std::string text =
      json ? answer->json.dump(answer->one_line ? -1 : 2, ' ', false,
                               nlohmann::ordered_json::error_handler_t::replace) +
                 "\n"
           : answer->text;
  std::fputs(text.c_str(), stdout);
  return answer->status;
}

}  // namespace

int main(int argc, char** argv) {
  CommandLine line;
  CLI::App app("monarchctl looks after the accounts and the nodes of a Monarch cluster.",
               "monarchctl");
  describe(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool json =
        std::any_of(argv + 1, argv + argc, [](std::string_view word) { return word == "--json"; });
    return say_wrong_usage(app, error, json);
  }
  hide_passwords(argc, argv);
  // What went wrong is said once, in words of ours, and not by the libraries below too.
  log::set_level(log::Level::kOff);
  Cluster cluster(line.cluster);
  return print(line.command(cluster), line.json);
}
