// account …: accounts and their states.
#include <functional>
#include <utility>

#include "monarchctl/describe/command_line.hpp"

namespace monarch::ctl {

namespace {

void add_password_options(CLI::App& command, CommandLine& line) {
  auto* given = command.add_option("--password", line.password.given,
                                   "The password; other users of this machine may see it in ps");
  command
      .add_option("--password-file", line.password.file,
                  "File whose first line is the password; - is stdin. Without either you are asked")
      ->excludes(given);
}

using Command = std::function<CLI::App*(const char*, const char*, std::function<void()>)>;
using WithEmail = std::function<CLI::App*(CLI::App*)>;

void describe_states(const Command& command, const WithEmail& with_email, CommandLine& line) {
  auto* suspend = with_email(command("suspend", "Shut an account and end its session", [&line] {
    line.command = [&line](Cluster& cluster) { return suspend_account(cluster, line.email); };
  }));
  suspend->footer(
      "Whoever is signed in is signed out at once, wherever he is. His sign-in is refused from now "
      "on, in\n"
      "the same words as a wrong password. His lists stay as they are: account resume opens it "
      "again.");
  auto* resume = with_email(command("resume", "Open a suspended account again", [&line] {
    line.command = [&line](Cluster& cluster) { return resume_account(cluster, line.email); };
  }));
  resume->footer("An account that is not suspended stays as it is.");
  auto* consent =
      with_email(command("consent", "Say whether a child's parents have consented", [&line] {
        line.command = [&line](Cluster& cluster) {
          return set_consent(cluster, line.email, line.given, line.missing);
        };
      }));
  auto* given = consent->add_flag("--given", line.given, "They have: the account signs in");
  consent->add_flag("--missing", line.missing, "They have not: sign-in is refused with 923")
      ->excludes(given);
  consent->footer(
      "--missing ends the session, too. Old clients say in words what 923 means, and whom to ask.\n"
      "Accounts are made with consent given.");
  auto* verify = with_email(command("verify", "Note that an e-mail address is verified", [&line] {
    line.command = [&line](Cluster& cluster) {
      return set_verified(cluster, line.email, !line.undo);
    };
  }));
  verify->add_flag("--undo", line.undo, "Note that it is not");
  verify->footer(
      "It shows from the next sign-in on. Those who are not verified sign in, under a name that "
      "says so to\n"
      "themselves; with --require-verified, a setting of auth, they are refused with 924. Accounts "
      "are made\n"
      "verified.");
}

}  // namespace

void describe_accounts(CLI::App& app, CommandLine& line) {
  auto* account =
      app.add_subcommand("account", "Add, import, list, show, change, suspend, delete accounts");
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
  describe_states(command, with_email, line);
}

}  // namespace monarch::ctl
