// The program as a whole: what goes with every command, and the commands.
#include "monarchctl/certs.hpp"
#include "monarchctl/describe/command_line.hpp"
#include "monarchctl/security_options.hpp"

namespace monarch::ctl {

void describe(CLI::App& app, CommandLine& line) {
  app.set_version_flag("--version", std::string("monarchctl ") + MONARCH_VERSION);
  app.fallthrough();
  app.require_subcommand(1);
  app.add_flag("--json", line.json, "Answer with one JSON document on stdout");
  app.add_option("--auth", line.cluster.auth, "Where auth serves gRPC: HOST:PORT,…")
      ->envname("MONARCH_AUTH")
      ->capture_default_str();
  app.add_option("--presence", line.cluster.presence, "Where presence serves gRPC: HOST:PORT,…")
      ->envname("MONARCH_PRESENCE")
      ->capture_default_str();
  const auto* timeout =
      app.add_option("--timeout", line.cluster.timeout_seconds, "Seconds to wait for an answer")
          ->check(CLI::Range(1, 600))
          ->capture_default_str();
  describe_security(app, line.cluster.security);
  app.footer(
      "Exit status: 0 done; 1 refused or not found; 2 wrong usage, or a service out of reach.\n"
      "./dev ctl … runs this against the local cluster.");

  describe_accounts(app, line);
  describe_cluster(app, line);
  describe_people(app, line);
  describe_looking(app, line);
  describe_doctor(app, line, timeout);
  describe_self(app, line);
  describe_certs(app, line.certs, [&line](std::function<Answer()> command) {
    line.command = [command = std::move(command)](Cluster&) { return command(); };
  });
}

}  // namespace monarch::ctl
