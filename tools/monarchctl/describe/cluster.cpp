// nodes, sessions: what there is.
#include "monarchctl/describe/command_line.hpp"

namespace monarch::ctl {

void describe_cluster(CLI::App& app, CommandLine& line) {
  app.add_subcommand("nodes", "List the processes of the cluster")->callback([&line] {
    line.command = list_nodes;
  });
  auto* sessions = app.add_subcommand("sessions", "List who is signed in, where and how");
  sessions->add_option("EMAIL", line.email, "Only this account");
  sessions->callback([&line] {
    line.command = [&line](Cluster& cluster) { return list_sessions(cluster, line.email); };
  });
}

}  // namespace monarch::ctl
