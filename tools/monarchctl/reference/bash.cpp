// The script for bash: two tables, and the walk through the words typed so far.
#include "monarchctl/reference/reference.hpp"
#include "monarchctl/reference/shell.hpp"

namespace monarch::ctl::reference {
namespace {

std::string value_word(const Option& option) {
  switch (option.value) {
    case Value::kFile:
      return "@file";
    case Value::kDirectory:
      return "@directory";
    case Value::kChoice:
      return joined(option.choices);
    default:
      return "";
  }
}

std::string words(const Command& program) {
  std::string text =
      "# Sets what can be typed at a command: commands, options, and those options that want a "
      "value.\n_monarchctl_words() {\n  case $1 in\n";
  for (const Command* command : all(program)) {
    std::vector<std::string> commands;
    std::vector<std::string> options;
    std::vector<std::string> valued;
    for (const auto& below : command->commands) commands.push_back(below.name);
    for (const Option* option : options_at(program, *command)) {
      options.insert(options.end(), option->names.begin(), option->names.end());
      if (option->value == Value::kNone) continue;
      valued.insert(valued.end(), option->names.begin(), option->names.end());
    }
    text += "    " + quote(command->path) + ")\n      commands=" + quote(joined(commands)) +
            "\n      options=" + quote(joined(options)) +
            "\n      valued=" + quote(joined(valued)) + "\n      ;;\n";
  }
  return text + "  esac\n}\n";
}

std::string values(const Command& program) {
  std::string text =
      "# What an option, or the argument at a place counted from 1, can be.\n"
      "_monarchctl_values() {\n  case \"$1 $2\" in\n";
  const auto add = [&text](const std::string& pattern, const Option& option) {
    const std::string word = value_word(option);
    if (!word.empty()) text += "    " + pattern + ") echo " + quote(word) + " ;;\n";
  };
  for (const Command* command : all(program)) {
    for (const auto& option : command->options) {
      // The program's own go with all commands.
      const bool own = command != &program;
      for (const auto& name : option.names) {
        add(own ? quote(command->path + " " + name) : "*" + quote(" " + name), option);
      }
    }
    for (std::size_t i = 0; i < command->arguments.size(); ++i) {
      add(quote(command->path + " " + std::to_string(i + 1)), command->arguments[i]);
    }
  }
  return text + "  esac\n}\n";
}

constexpr const char* kWalk = R"(_monarchctl() {
  local commands options valued path='' option='' place=0 word i values
  local current=${COMP_WORDS[COMP_CWORD]}
  _monarchctl_words ''
  for ((i = 1; i < COMP_CWORD; i++)); do
    word=${COMP_WORDS[i]}
    # bash takes --option=value apart.
    [[ $word == = ]] && continue
    if [[ -n $option ]]; then
      option=''
    elif [[ $word == -* ]]; then
      [[ " $valued " == *" $word "* ]] && option=$word
    elif [[ " $commands " == *" $word "* ]]; then
      path+=${path:+ }$word
      _monarchctl_words "$path"
    else
      place=$((place + 1))
    fi
  done
  [[ $current == = ]] && current=''
  if [[ -n $option ]]; then
    values=$(_monarchctl_values "$path" "$option")
  elif [[ $current == -* ]]; then
    values=$options
  elif [[ -n $commands ]]; then
    values=$commands
  else
    values=$(_monarchctl_values "$path" $((place + 1)))
  fi
  case $values in
    @file) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current") ;;
    @directory) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
    *) mapfile -t COMPREPLY < <(compgen -W "$values" -- "$current") ;;
  esac
}
complete -F _monarchctl monarchctl
)";

}  // namespace

std::string bash_completion(const Command& program) {
  return "# Completion of monarchctl for bash, made by: monarchctl completion bash\n" +
         words(program) + values(program) + kWalk;
}

}  // namespace monarch::ctl::reference
