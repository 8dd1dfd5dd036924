// completion, man: what is made from this description itself.
#include "monarchctl/describe/command_line.hpp"
#include "monarchctl/reference/reference.hpp"

namespace monarch::ctl {

namespace {

Answer completion_for(const CLI::App& app, const std::string& shell) {
  const auto program = reference::read(app);
  std::string script = shell == "bash"  ? reference::bash_completion(program)
                       : shell == "zsh" ? reference::zsh_completion(program)
                                        : reference::fish_completion(program);
  return Output{{{"shell", shell}, {"script", script}}, script};
}

Answer man_page_of(const CLI::App& app) {
  std::string page = reference::man_page(reference::read(app), app.version());
  return Output{{{"man", page}}, page};
}

}  // namespace

void describe_self(CLI::App& app, CommandLine& line) {
  auto* completion =
      app.add_subcommand("completion", "Print a script by which a shell completes these commands");
  completion->add_option("SHELL", line.shell, "Which shell")
      ->required()
      ->check(CLI::IsMember({"bash", "zsh", "fish"}));
  completion->footer(
      "It is made from what this program takes. Where shells look for it:\n\n"
      "  monarchctl completion bash >~/.local/share/bash-completion/completions/monarchctl\n"
      "  monarchctl completion zsh >DIR/_monarchctl          # DIR being one of $fpath\n"
      "  monarchctl completion fish >~/.config/fish/completions/monarchctl.fish\n\n"
      "Without bash-completion: source <(monarchctl completion bash)");
  completion->callback([&app, &line] {
    line.command = [&app, &line](Cluster&) { return completion_for(app, line.shell); };
  });

  auto* man = app.add_subcommand("man", "Print the man page of these commands");
  man->footer(
      "Examples: monarchctl man | man -l -\n"
      "          monarchctl man >/usr/local/share/man/man1/monarchctl.1");
  man->callback([&app, &line] { line.command = [&app](Cluster&) { return man_page_of(app); }; });
}

}  // namespace monarch::ctl
