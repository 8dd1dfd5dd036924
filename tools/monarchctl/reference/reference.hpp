// What can be typed: the commands, options and choices of a CLI11 description as plain values, from
// which completions and the man page are made, so that they cannot say anything else. Pure; any
// thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own.
class App;
}

namespace monarch::ctl::reference {

// What is completed where a value is expected.
enum class Value { kNone, kAnything, kChoice, kFile, kDirectory };

struct Option {
  // "--name", "-h"; of an argument its one name, "EMAIL".
  std::vector<std::string> names;
  Value value = Value::kNone;
  std::vector<std::string> choices;
  std::string type;      // as --help shows it: "TEXT", "INT in [1 - 600]"
  std::string fallback;  // its default, if it has one
  std::string variable;  // of the environment
  std::string about;
  bool required = false;
};

struct Command {
  std::string name;
  std::string path;  // "account add"; of the program itself empty
  std::string about;
  std::string footer;
  std::vector<Option> options;
  std::vector<Option> arguments;  // in their order
  std::vector<Command> commands;
};

[[nodiscard]] Command read(const CLI::App& app);

// Every command of the tree, the program itself first.
[[nodiscard]] std::vector<const Command*> all(const Command& program);

// Scripts for the shells. The options of the program go with every command.
[[nodiscard]] std::string bash_completion(const Command& program);
[[nodiscard]] std::string zsh_completion(const Command& program);
[[nodiscard]] std::string fish_completion(const Command& program);

// In roff, for man(1).
[[nodiscard]] std::string man_page(const Command& program, std::string_view version);

}  // namespace monarch::ctl::reference
