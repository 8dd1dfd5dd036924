// The script for zsh: the same tables with what each word is about, and the same walk.
#include "monarchctl/reference/reference.hpp"
#include "monarchctl/reference/shell.hpp"

namespace monarch::ctl::reference {
namespace {

// "word:about" for _describe, where a colon within the word is escaped.
std::string described(const std::string& word, const std::string& about) {
  std::string escaped;
  for (const char c : word) {
    if (c == ':' || c == '\\') escaped += '\\';
    escaped += c;
  }
  return quote(escaped + ":" + about);
}

std::string words(const Command& program) {
  std::string text = "_monarchctl_words() {\n  case $1 in\n";
  for (const Command* command : all(program)) {
    std::string commands;
    std::string names;
    std::string options;
    std::string valued;
    for (const auto& below : command->commands) {
      commands += " " + described(below.name, below.about);
      names += " " + below.name;
    }
    for (const Option* option : options_at(program, *command)) {
      for (const auto& name : option->names) {
        options += "\n        " + described(name, option->about);
        if (option->value != Value::kNone) valued += " " + name;
      }
    }
    text.append("    ").append(quote(command->path));
    text.append(")\n      names=(").append(names);
    text.append(" )\n      commands=(").append(commands);
    text.append(" )\n      options=(").append(options);
    text.append(" )\n      valued=(").append(valued);
    text.append(" )\n      ;;\n");
  }
  return text + "  esac\n}\n";
}

std::string action(const Option& option) {
  switch (option.value) {
    case Value::kFile:
      return "_files";
    case Value::kDirectory:
      return "_files -/";
    case Value::kChoice:
      return "compadd -- " + joined(option.choices);
    default:
      return "_message " + quote(option.about);
  }
}

std::string values(const Command& program) {
  std::string text = "_monarchctl_values() {\n  case \"$1 $2\" in\n";
  for (const Command* command : all(program)) {
    for (const auto& option : command->options) {
      if (option.value == Value::kNone) continue;
      const bool own = command != &program;
      for (const auto& name : option.names) {
        const std::string pattern =
            own ? quote(command->path + " " + name) : "*" + quote(" " + name);
        text += "    " + pattern + ") " + action(option) + " ;;\n";
      }
    }
    for (std::size_t i = 0; i < command->arguments.size(); ++i) {
      text += "    " + quote(command->path + " " + std::to_string(i + 1)) + ") " +
              action(command->arguments[i]) + " ;;\n";
    }
  }
  return text + "  esac\n}\n";
}

constexpr const char* kWalk = R"(_monarchctl() {
  local -a names commands options valued
  local path_='' option='' word
  local -i place=0 i
  _monarchctl_words ''
  for ((i = 2; i < CURRENT; i++)); do
    word=$words[i]
    if [[ -n $option ]]; then
      option=''
    elif [[ $word == -* ]]; then
      (( $valued[(Ie)$word] )) && option=$word
    elif (( $names[(Ie)$word] )); then
      path_+=${path_:+ }$word
      _monarchctl_words $path_
    else
      place+=1
    fi
  done
  if [[ -z $option && $words[CURRENT] == --*=* ]]; then
    option=${words[CURRENT]%%=*}
    compset -P '*='
  fi
  if [[ -n $option ]]; then
    _monarchctl_values "$path_" $option
  elif [[ $words[CURRENT] == -* ]]; then
    _describe -o option options
  elif (( $#commands )); then
    _describe command commands
  else
    _monarchctl_values "$path_" $((place + 1))
  fi
}
# As a file of $fpath it is called by name, otherwise it was sourced.
if [[ $funcstack[1] == _monarchctl ]]; then
  _monarchctl "$@"
elif (( $+functions[compdef] )); then
  compdef _monarchctl monarchctl
fi
)";

}  // namespace

std::string zsh_completion(const Command& program) {
  return "#compdef monarchctl\n# Completion of monarchctl for zsh, made by: monarchctl completion "
         "zsh\n" +
         words(program) + values(program) + kWalk;
}

}  // namespace monarch::ctl::reference
