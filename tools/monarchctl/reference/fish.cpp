// The script for fish: where one is among the commands, and one line for each word.
#include "monarchctl/reference/reference.hpp"
#include "monarchctl/reference/shell.hpp"

namespace monarch::ctl::reference {
namespace {

// Commands and valued options of each command, for the walk.
std::string tables(const Command& program) {
  std::string commands = "function __monarchctl_commands\n  switch \"$argv[1]\"\n";
  std::string valued = "function __monarchctl_valued\n  switch \"$argv[1]\"\n";
  for (const Command* command : all(program)) {
    commands += "    case " + quote_for_fish(command->path) + "\n      printf '%s\\n'";
    for (const auto& below : command->commands) commands += " " + below.name;
    commands += "\n";
    valued += "    case " + quote_for_fish(command->path) + "\n      printf '%s\\n'";
    for (const Option* option : options_at(program, *command)) {
      if (option->value == Value::kNone) continue;
      for (const auto& name : option->names) valued += " " + name;
    }
    valued += "\n";
  }
  return commands + "  end\nend\n" + valued + "  end\nend\n";
}

constexpr const char* kWalk =
    R"(# __monarchctl_at PATH [PLACE]: whether that command was typed, and so many arguments of it.
function __monarchctl_at
  set -l path ''
  set -l place 1
  set -l skip 0
  set -l words (commandline -opc)
  for word in $words[2..-1]
    if test $skip = 1
      set skip 0
    else if string match -q -- '-*' $word
      contains -- $word (__monarchctl_valued "$path"); and set skip 1
    else if contains -- $word (__monarchctl_commands "$path")
      set path (string trim "$path $word")
    else
      set place (math $place + 1)
    end
  end
  test "$path" = "$argv[1]"; or return 1
  test (count $argv) -lt 2; or test $place = $argv[2]
end
complete -c monarchctl -f
)";

std::string value_flags(const Option& option) {
  switch (option.value) {
    case Value::kNone:
      return "";
    case Value::kFile:
      return " -r -F";
    case Value::kDirectory:
      return " -x -a '(__fish_complete_directories)'";
    case Value::kChoice:
      return " -x -a " + quote_for_fish(joined(option.choices));
    default:
      return " -x";
  }
}

std::string names_of(const Option& option) {
  std::string text;
  for (const auto& name : option.names) {
    text += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  return text;
}

std::string line(const std::string& condition, const std::string& what, const std::string& about) {
  return "complete -c monarchctl -n " + quote_for_fish(condition) + what + " -d " +
         quote_for_fish(about) + "\n";
}

}  // namespace

std::string fish_completion(const Command& program) {
  std::string text = "# Completion of monarchctl for fish, made by: monarchctl completion fish\n" +
                     tables(program) + kWalk;
  for (const Command* command : all(program)) {
    const std::string at = "__monarchctl_at " + quote_for_fish(command->path);
    for (const auto& below : command->commands) text += line(at, " -a " + below.name, below.about);
    for (const Option* option : options_at(program, *command)) {
      text += line(at, names_of(*option) + value_flags(*option), option->about);
    }
    for (std::size_t i = 0; i < command->arguments.size(); ++i) {
      const auto& argument = command->arguments[i];
      // What can be anything is not completed.
      if (argument.value == Value::kAnything) continue;
      std::string what = value_flags(argument);
      if (argument.value == Value::kFile) what = " -F";
      text += line(at + " " + std::to_string(i + 1), what, argument.about);
    }
  }
  return text;
}

}  // namespace monarch::ctl::reference
