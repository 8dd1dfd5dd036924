// What is made from the description: completions that complete, a man page that says it all.
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "monarchctl/describe/command_line.hpp"
#include "monarchctl/reference/reference.hpp"

namespace monarch::ctl {
namespace {

using reference::Command;
using reference::Value;
using Words = std::vector<std::string>;

class Self : public ::testing::Test {
 protected:
  Self() : app_("monarchctl") {
    describe(app_, line_);
    program_ = reference::read(app_);
  }
  ~Self() override { std::remove(path_.c_str()); }

  [[nodiscard]] const Command& at(const std::string& path) const {
    const auto commands = reference::all(program_);
    const auto place = std::find_if(commands.begin(), commands.end(),
                                    [&](const Command* one) { return one->path == path; });
    EXPECT_NE(place, commands.end()) << path;
    return **place;
  }

  static bool has(const std::string& program) {
    return std::system(("command -v " + program + " >/dev/null 2>&1").c_str()) == 0;
  }

  struct Ran {
    int status = -1;
    std::string text;  // of both, output and errors
  };
  static Ran run(const std::string& command) {
    Ran ran;
    FILE* pipe = ::popen((command + " 2>&1").c_str(), "r");
    if (pipe == nullptr) return ran;
    char buffer[4096];
    for (std::size_t count; (count = std::fread(buffer, 1, sizeof(buffer), pipe)) > 0;) {
      ran.text.append(buffer, count);
    }
    const int status = ::pclose(pipe);
    ran.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return ran;
  }
  // The script and what is to be run behind it, in this shell.
  Ran run_script(const std::string& shell, const std::string& script) {
    std::ofstream(path_) << script;
    return run(shell + " " + path_);
  }

  // What the shell's completion offers for the last of these words, each word once, in order.
  Words bash(const Words& words) {
    std::string script = reference::bash_completion(program_) + "COMP_WORDS=(";
    for (const auto& word : words) script += "'" + word + "' ";
    script +=
        ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_monarchctl\nprintf '%s\\n' "
        "\"${COMPREPLY[@]}\"\n";
    return sorted(run_script("bash --norc", script));
  }
  // zsh completes within its line editor only: what it would be handed is looked at.
  Words zsh(const Words& words) {
    std::string script =
        "_describe() { local name=${@[-1]}; print -rl -- ${${(P)name}%%:*} }\n"
        "_files() { print -r -- files $* }\n_message() { print -r -- message }\n"
        "compadd() { shift; print -rl -- $* }\ncompset() { true }\n";
    script += reference::zsh_completion(program_) + "words=(";
    for (const auto& word : words) script += "'" + word + "' ";
    return sorted(run_script("zsh -f", script + ")\nCURRENT=$#words\n_monarchctl\n"));
  }
  Words fish(const std::string& line) {
    return sorted(run_script("fish --no-config", reference::fish_completion(program_) +
                                                     "complete -C '" + line + "' | cut -f 1\n"));
  }
  static Words sorted(const Ran& ran) {
    EXPECT_EQ(ran.status, 0) << ran.text;
    Words words;
    std::string rest = ran.text;
    while (!rest.empty()) {
      const auto end = rest.find('\n');
      if (end > 0) words.push_back(rest.substr(0, end));
      rest.erase(0, end == std::string::npos ? rest.size() : end + 1);
    }
    std::sort(words.begin(), words.end());
    return words;
  }
  Words commands_of(const std::string& path) {
    Words names;
    for (const auto& below : at(path).commands) names.push_back(below.name);
    std::sort(names.begin(), names.end());
    return names;
  }

  CommandLine line_;
  CLI::App app_;
  Command program_;
  std::string path_ = ::testing::TempDir() + "monarchctl-self-" + std::to_string(::getpid());
};

const Words kAllCommands{"account", "announce", "certs",    "completion", "contacts", "doctor",
                         "drain",   "explain",  "kick",     "mail",       "man",      "nodes",
                         "notify",  "page",     "sessions", "status",     "trace"};

TEST_F(Self, IsReadFromTheDescription) {
  EXPECT_EQ(commands_of(""), kAllCommands);
  const auto& contacts = at("contacts");
  ASSERT_EQ(contacts.arguments.size(), 4U);
  EXPECT_EQ(contacts.arguments[2].names, Words{"LIST"});
  EXPECT_EQ(contacts.arguments[2].choices, (Words{"FL", "AL", "BL"}));
  EXPECT_TRUE(contacts.arguments[2].required);
  EXPECT_FALSE(at("sessions").arguments.front().required);
  // A footer is the command's own.
  EXPECT_EQ(at("account list").footer, "");
  EXPECT_NE(at("trace").footer, "");
  for (const Command* command : reference::all(program_)) {
    EXPECT_NE(command->about, "") << command->path;
    for (const auto& option : command->options) {
      const bool flag = option.value == Value::kNone;
      const bool file = option.names.front().find("-file") != std::string::npos;
      EXPECT_EQ(option.value == Value::kFile, file && !flag) << option.names.front();
      EXPECT_NE(option.about, "") << option.names.front();
    }
  }
}

TEST_F(Self, BashCompletesWhatThereIs) {
  if (!has("bash")) GTEST_SKIP() << "bash is not there";
  EXPECT_EQ(bash({"monarchctl", ""}), kAllCommands);
  EXPECT_EQ(bash({"monarchctl", "acc"}), Words{"account"});
  EXPECT_EQ(bash({"monarchctl", "account", ""}), commands_of("account"));
  EXPECT_EQ(bash({"monarchctl", "--auth", "account", "account", "l"}), Words{"list"});
  EXPECT_EQ(bash({"monarchctl", "--auth", "=", "h:1", "account", "l"}), Words{"list"});
  EXPECT_EQ(bash({"monarchctl", "account", "add", "a@b.c", "--pass"}),
            (Words{"--password", "--password-file"}));
  EXPECT_EQ(bash({"monarchctl", "nodes", "--tok"}), Words{"--token-file"});
  EXPECT_EQ(bash({"monarchctl", "contacts", "a@b.c", ""}), (Words{"add", "remove"}));
  EXPECT_EQ(bash({"monarchctl", "contacts", "--name", "Al", "a@b.c", "add", ""}),
            (Words{"AL", "BL", "FL"}));
  EXPECT_EQ(bash({"monarchctl", "completion", ""}), (Words{"bash", "fish", "zsh"}));
  EXPECT_EQ(bash({"monarchctl", "kick", ""}), Words());
  const std::string beginning = path_.substr(0, path_.size() - 1);
  EXPECT_EQ(bash({"monarchctl", "account", "import", beginning}), Words{path_});
  EXPECT_EQ(bash({"monarchctl", "--token-file", beginning}), Words{path_});
}

TEST_F(Self, ZshCompletesWhatThereIs) {
  if (!has("zsh")) GTEST_SKIP() << "zsh is not there";
  EXPECT_EQ(zsh({"monarchctl", ""}), kAllCommands);
  EXPECT_EQ(zsh({"monarchctl", "--auth", "account", "account", ""}), commands_of("account"));
  const auto options = zsh({"monarchctl", "account", "add", "-"});
  for (const char* option : {"--password", "--password-file", "--name", "--token-file", "-h"}) {
    EXPECT_TRUE(std::count(options.begin(), options.end(), option) == 1) << option;
  }
  EXPECT_EQ(zsh({"monarchctl", "contacts", "a@b.c", "add", ""}), (Words{"AL", "BL", "FL"}));
  EXPECT_EQ(zsh({"monarchctl", "--token-file=x"}), Words{"files"});
  EXPECT_EQ(zsh({"monarchctl", "certs", "init", ""}), Words{"files -/"});
  EXPECT_EQ(zsh({"monarchctl", "kick", ""}), Words{"message"});
}

TEST_F(Self, FishCompletesWhatThereIs) {
  if (!has("fish")) GTEST_SKIP() << "fish is not there";
  EXPECT_EQ(fish("monarchctl "), kAllCommands);
  EXPECT_EQ(fish("monarchctl --auth account account "), commands_of("account"));
  EXPECT_EQ(fish("monarchctl account add a@b.c --pass"), (Words{"--password", "--password-file"}));
  EXPECT_EQ(fish("monarchctl contacts a@b.c add "), (Words{"AL", "BL", "FL"}));
  EXPECT_EQ(fish("monarchctl kick "), Words());
  EXPECT_EQ(fish("monarchctl account import " + path_.substr(0, path_.size() - 1)), Words{path_});
}

// Whatever shells there are here: each word stands in each script, in its place.
TEST_F(Self, EachScriptHasEveryWord) {
  const auto bash = reference::bash_completion(program_);
  const auto zsh = reference::zsh_completion(program_);
  const auto fish = reference::fish_completion(program_);
  EXPECT_TRUE(zsh.starts_with("#compdef monarchctl\n"));
  for (const Command* command : reference::all(program_)) {
    const std::string label = "    '" + command->path + "')\n";
    const auto in_bash = bash.find(label);
    const auto in_zsh = zsh.find(label);
    ASSERT_NE(in_bash, std::string::npos) << command->path;
    ASSERT_NE(in_zsh, std::string::npos) << command->path;
    const auto part = [](const std::string& script, std::size_t from) {
      return script.substr(from, script.find(";;", from) - from);
    };
    for (const auto& option : command->options) {
      for (const auto& name : option.names) {
        EXPECT_NE(part(bash, in_bash).find(name), std::string::npos) << label << name;
        EXPECT_NE(part(zsh, in_zsh).find("'" + name + ":"), std::string::npos) << label << name;
        const std::string in_fish =
            name.starts_with("--") ? "-l " + name.substr(2) : "-l help -s h";
        EXPECT_NE(fish.find("complete -c monarchctl -n '__monarchctl_at \\'" + command->path +
                            "\\'' " + in_fish),
                  std::string::npos)
            << label << name;
      }
    }
    for (const auto& below : command->commands) {
      EXPECT_NE(part(bash, in_bash).find(below.name), std::string::npos) << below.path;
      EXPECT_NE(part(zsh, in_zsh).find("'" + below.name + ":"), std::string::npos) << below.path;
      EXPECT_NE(fish.find("'__monarchctl_at \\'" + command->path + "\\'' -a " + below.name + " "),
                std::string::npos)
          << below.path;
    }
  }
}

std::string escaped(std::string text) {
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 2) {
    text.insert(at, "\\");
  }
  return text;
}

TEST_F(Self, TheManPageHasEveryCommandAndOption) {
  const auto page = reference::man_page(program_, "monarchctl 1.2.3");
  EXPECT_NE(page.find(".TH MONARCHCTL 1 \"\" \"monarchctl 1.2.3\""), std::string::npos);
  for (const Command* command : reference::all(program_)) {
    std::string part = page;
    if (command->commands.empty()) {
      const std::string heading = "\n.SS " + escaped(command->path) + "\n";
      const auto from = page.find(heading);
      ASSERT_NE(from, std::string::npos) << command->path;
      part = page.substr(from, page.find("\n.S", from + heading.size()) - from);
    }
    for (const auto* list : {&command->options, &command->arguments}) {
      for (const auto& option : *list) {
        // --help is told once.
        if (option.names.front() == "--help" && command->commands.empty()) continue;
        if (command->path != "" && !command->commands.empty()) continue;
        for (const auto& name : option.names) {
          EXPECT_NE(part.find("\\fB" + escaped(name) + "\\fR"), std::string::npos)
              << command->path << " " << name;
        }
        if (!option.variable.empty()) {
          EXPECT_NE(page.find("\n.B " + option.variable + "\n"), std::string::npos);
        }
      }
    }
  }
}

TEST_F(Self, TheManPageIsGoodRoff) {
  if (!has("groff")) GTEST_SKIP() << "groff is not there";
  std::ofstream(path_) << reference::man_page(program_, "monarchctl 1.2.3");
  const auto checked = run("groff -man -ww -Tutf8 -z " + path_);
  EXPECT_EQ(checked.status, 0);
  EXPECT_EQ(checked.text, "");
  const auto shown = run("groff -man -Tutf8 -P-cbou " + path_);
  EXPECT_NE(shown.text.find("monarchctl account add [OPTIONS] EMAIL"), std::string::npos)
      << shown.text;
}

// Texts that would mean something to a shell or to roff.
TEST(Reference, QuotesWhatItPrints) {
  CLI::App app("program");
  auto* odd = app.add_subcommand("odd", "It's \\ 100% $HOME `x`\n.TH");
  std::string value;
  odd->add_option("--it", value, "'); touch /nonexistent; echo ('")
      ->check(CLI::IsMember({"a", "b"}));
  const auto program = reference::read(app);
  ASSERT_EQ(program.commands.front().options.back().choices, (Words{"a", "b"}));
  EXPECT_NE(
      reference::zsh_completion(program).find("'--it:'\\''); touch /nonexistent; echo ('\\'''"),
      std::string::npos);
  EXPECT_NE(reference::fish_completion(program).find("'\\'); touch /nonexistent; echo (\\''"),
            std::string::npos);
  EXPECT_NE(reference::man_page(program, "").find("It\\(aqs \\e 100% $HOME \\(gax\\(ga\n\\&.TH"),
            std::string::npos);
}

}  // namespace
}  // namespace monarch::ctl
