// doctor: is the cluster well?
#include "monarchctl/describe/command_line.hpp"

namespace monarch::ctl {

void describe_doctor(CLI::App& app, CommandLine& line, const CLI::Option* timeout) {
  auto* doctor = app.add_subcommand("doctor", "Walk a client's whole path and time each hop");
  auto* connect = doctor->add_option(
      "--connect", line.doctor.connect,
      "Only what a client elsewhere could do, beginning at this dispatch server: HOST[:PORT]");
  const auto outside = [&](const char* name, std::string& value, const char* about) {
    doctor->add_option(name, value, about)->needs(connect);
  };
  outside("--email", line.doctor.email, "An account to sign in with");
  outside("--password-file", line.doctor.password_file,
          "File whose first line is its password; - is stdin");
  outside("--email2", line.doctor.email2, "A second account, to chat with");
  outside("--password-file2", line.doctor.password_file2, "File with its password");
  doctor->footer(
      "doctor makes two accounts doctor-xxxxxxxx@monarch.invalid, signs them in through dispatch "
      "on\n"
      "different notification nodes, adds, changes status, chats, signs out and removes them, "
      "also\n"
      "when a hop fails or you press Ctrl-C. What fails is explained, with what to check.\n\n"
      "doctor --connect HOST tests a firewall: run it where your clients are. It uses accounts "
      "that\n"
      "exist (whoever is signed in with them is signed out) and no gRPC.\n"
      "--timeout is per hop here, 5 seconds unless given.\n\n"
      "Example: monarchctl doctor --connect im.example.com --email alice@example.com \\\n"
      "           --password-file alice.txt --email2 bob@example.com --password-file2 bob.txt");
  doctor->callback([&line, timeout] {
    if (timeout->count() == 0) line.cluster.timeout_seconds = line.doctor.timeout_seconds;
    line.doctor.timeout_seconds = line.cluster.timeout_seconds;
    line.doctor.quiet = line.json;
    line.command = [&line](Cluster& cluster) { return see_doctor(cluster, line.doctor); };
  });
}

}  // namespace monarch::ctl
