// account directory: the member directory that FND searches.
#include "monarchctl/describe/command_line.hpp"

namespace monarch::ctl {

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

}  // namespace monarch::ctl
