// monarchctl: administration of a Monarch cluster over gRPC, never over its databases. This file
// says which commands there are and how they are written.
#include <cstdio>
#include <functional>
#include <string>

#include <CLI/CLI.hpp>

#include "monarchctl/commands.hpp"

using namespace monarch::ctl;

namespace {

struct CommandLine {
  ClusterOptions cluster;
  bool json = false;
  bool atomic = false;
  std::string email;
  std::string name;
  std::string file;
  PasswordSource password;
  DoctorOptions doctor;
  DirectoryOptions directory;
  std::function<Answer(Cluster&)> command;  // the one that was chosen
};

void add_password_options(CLI::App& command, CommandLine& line) {
  auto* given = command.add_option("--password", line.password.given,
                                   "The password; other users of this machine may see it in ps");
  command
      .add_option("--password-file", line.password.file,
                  "File whose first line is the password; - is stdin. Without either you are asked")
      ->excludes(given);
}

void describe_directory(CLI::App& account, CommandLine& line) {
  auto* directory =
      account.add_subcommand("directory", "Show, set or remove an entry of the member directory");
  directory->add_option("EMAIL", line.email, "The account: name@domain.tld")->required();
  auto& entry = line.directory;
  auto* remove = directory->add_flag("--remove", entry.remove, "Take the account out of it");
  const auto option = [&](const char* name, std::string& value, const char* about) {
    directory->add_option(name, value, about)->excludes(remove);
  };
  option("--first", entry.first, "First name");
  option("--last", entry.last, "Last name, by which one is found");
  option("--city", entry.city, "City");
  option("--state", entry.state, "State");
  option("--country", entry.country, "Country, two letters: US");
  directory->footer(
      "Without any of these the entry is shown; with some it is replaced as a whole. Only "
      "accounts\n"
      "in it are found by FND, and only where nodes run with --directory.\n\n"
      "Example: monarchctl account directory bob@example.com --first Bob --last Brown --country "
      "NO");
  directory->callback([&line] {
    line.command = [&line](Cluster& cluster) {
      if (line.directory.remove) return remove_directory_entry(cluster, line.email);
      if (!line.directory.given()) return show_directory_entry(cluster, line.email);
      return set_directory_entry(cluster, line.email, line.directory);
    };
  });
}

void describe_accounts(CLI::App& app, CommandLine& line) {
  auto* account = app.add_subcommand("account", "Add, import, list, show, change, delete accounts");
  account->require_subcommand(1);
  const auto command = [account](const char* name, const char* about,
                                 std::function<void()> chosen) {
    auto* subcommand = account->add_subcommand(name, about);
    subcommand->callback(std::move(chosen));
    return subcommand;
  };
  const auto with_email = [&line](CLI::App* subcommand) {
    subcommand->add_option("EMAIL", line.email, "The account: name@domain.tld")->required();
    return subcommand;
  };

  auto* add = with_email(command("add", "Create an account", [&line] {
    line.command = [&line](Cluster& cluster) {
      return add_account(cluster, line.email, line.password, line.name);
    };
  }));
  add_password_options(*add, line);
  add->add_option("--name", line.name, "The name that others see [default: the email]");
  add->footer("Example: monarchctl account add alice@example.com --name \"Alice Smith\"");

  auto* import = command("import", "Create thousands of accounts from a CSV file", [&line] {
    line.command = [&line](Cluster& cluster) {
      return import_accounts(cluster, line.file, line.atomic);
    };
  });
  import->add_option("FILE", line.file, "The file; - is stdin")->required();
  import->add_flag("--atomic", line.atomic, "Create all of the accounts or none");
  import->footer(
      "The first line must be exactly  email,password,name ; a name may be empty. Fields with\n"
      "commas or quotes are quoted, and quotes in them doubled: \"Smith, \"\"Al\"\"\". Each bad "
      "line "
      "is\nreported with its number; the good ones are kept unless --atomic is given.");

  command("list", "List all accounts", [&line] { line.command = list_accounts; });
  with_email(command("show", "Show one account", [&line] {
    line.command = [&line](Cluster& cluster) { return show_account(cluster, line.email); };
  }));
  auto* passwd = with_email(command("passwd", "Set an account's password", [&line] {
    line.command = [&line](Cluster& cluster) {
      return set_password(cluster, line.email, line.password);
    };
  }));
  add_password_options(*passwd, line);
  with_email(command("delete", "Delete an account, its lists and its session", [&line] {
    line.command = [&line](Cluster& cluster) { return delete_account(cluster, line.email); };
  }));
  describe_directory(*account, line);
}

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
  app.add_flag("--allow-plaintext", line.cluster.allow_plaintext,
               "Speak unencrypted gRPC with other machines too");
  app.footer(
      "Exit status: 0 done; 1 refused or not found; 2 wrong usage, or a service out of reach.\n"
      "./dev ctl … runs this against the local cluster.");

  describe_accounts(app, line);
  app.add_subcommand("nodes", "List the processes of the cluster")->callback([&line] {
    line.command = list_nodes;
  });
  auto* sessions = app.add_subcommand("sessions", "List who is signed in, where and how");
  sessions->add_option("EMAIL", line.email, "Only this account");
  sessions->callback([&line] {
    line.command = [&line](Cluster& cluster) { return list_sessions(cluster, line.email); };
  });
  describe_doctor(app, line, timeout);
}

// CLI11 says of "account frob" only that a subcommand is missing.
int say_wrong_usage(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);
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
      std::printf("%s\n", nlohmann::ordered_json{{"error", answer.error().text}}.dump(2).c_str());
    } else {
      std::fprintf(stderr, "monarchctl: %s\n", answer.error().text.c_str());
    }
    return answer.error().status;
  }
  // What is no UTF-8 (it should not exist) must not stop a listing.
  const std::string text =
      json ? answer->json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) +
                 "\n"
           : answer->text;
  std::fputs(text.c_str(), stdout);
  return answer->status;
}

}  // namespace

int main(int argc, char** argv) {
  CommandLine line;
  CLI::App app("monarchctl looks after the accounts and the nodes of a Monarch cluster.");
  describe(app, line);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return say_wrong_usage(app, error);
  }
  hide_passwords(argc, argv);
  Cluster cluster(line.cluster);
  return print(line.command(cluster), line.json);
}
