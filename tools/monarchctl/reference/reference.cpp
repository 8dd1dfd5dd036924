#include "monarchctl/reference/reference.hpp"

#include <CLI/CLI.hpp>

namespace monarch::ctl::reference {
namespace {

// "TEXT:{add,remove}" has its choices in braces.
std::vector<std::string> choices_of(const std::string& type) {
  std::vector<std::string> choices;
  const auto open = type.find(":{");
  if (open == std::string::npos || type.back() != '}') return choices;
  std::string rest = type.substr(open + 2, type.size() - open - 3);
  while (true) {
    const auto comma = rest.find(',');
    choices.push_back(rest.substr(0, comma));
    if (comma == std::string::npos) return choices;
    rest.erase(0, comma + 1);
  }
}

// Options say it by their type or their name, arguments by their name.
Value value_of(const Option& option) {
  if (!option.choices.empty()) return Value::kChoice;
  const std::string& name = option.names.front();
  if (name == "DIR") return Value::kDirectory;
  const bool file =
      name == "FILE" || option.type == "FILE" || name.find("-file") != std::string::npos;
  return file ? Value::kFile : Value::kAnything;
}

Option read(const CLI::Option& from) {
  Option option;
  if (from.get_positional()) {
    option.names.push_back(from.get_name(true));
  } else {
    for (const auto& name : from.get_lnames()) option.names.push_back("--" + name);
    for (const auto& name : from.get_snames()) option.names.push_back("-" + name);
  }
  option.about = from.get_description();
  option.variable = from.get_envname();
  option.required = from.get_required();
  if (from.get_type_size() == 0) return option;
  option.type = from.get_type_name();
  option.choices = choices_of(option.type);
  option.fallback = from.get_default_str();
  option.value = value_of(option);
  // "INT:INT in [1 - 600]": what the check says is enough.
  option.type.erase(0, option.type.rfind(':') + 1);
  return option;
}

Command read(const CLI::App& app, const std::string& above) {
  const CLI::App* const parent = app.get_parent();
  Command command;
  command.name = app.get_name();
  command.path = above.empty() ? command.name : above + " " + command.name;
  command.about = app.get_description();
  // CLI11 hands it down to those that have none.
  if (parent == nullptr || parent->get_footer() != app.get_footer()) {
    command.footer = app.get_footer();
  }
  for (const CLI::Option* option : app.get_options()) {
    auto& place = option->get_positional() ? command.arguments : command.options;
    place.push_back(read(*option));
  }
  for (const CLI::App* below : app.get_subcommands([](const CLI::App*) { return true; })) {
    command.commands.push_back(read(*below, command.path));
  }
  return command;
}

void collect(const Command& command, std::vector<const Command*>& into) {
  into.push_back(&command);
  for (const auto& below : command.commands) collect(below, into);
}

}  // namespace

Command read(const CLI::App& app) {
  Command program = read(app, "");
  // CLI11 knows the program by the word that it was called with, or not at all.
  const std::string prefix = program.name;
  std::vector<Command*> left{&program};
  while (!left.empty()) {
    Command* command = left.back();
    left.pop_back();
    command->path.erase(0, prefix.size());
    if (command->path.starts_with(' ')) command->path.erase(0, 1);
    for (auto& below : command->commands) left.push_back(&below);
  }
  program.name = "monarchctl";
  return program;
}

std::vector<const Command*> all(const Command& program) {
  std::vector<const Command*> commands;
  collect(program, commands);
  return commands;
}

}  // namespace monarch::ctl::reference
