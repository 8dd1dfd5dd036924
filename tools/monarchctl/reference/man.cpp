// The man page, in roff with the man macros.
#include <cstdint>
#include <cstdio>

#include "monarchctl/reference/reference.hpp"

namespace monarch::ctl::reference {
namespace {

// The code point that begins at `at`, which is moved to its last byte. Our texts are UTF-8.
std::uint32_t code_point(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  std::size_t more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  std::uint32_t value = lead & (0x3FU >> more);
  while (more-- > 0 && at + 1 < text.size()) {
    value = (value << 6U) | (static_cast<unsigned char>(text[++at]) & 0x3FU);
  }
  return value;
}

std::string roff(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '~') {
      out += "\\(ti";
    } else if (c == '^') {
      out += "\\(ha";
    } else if (c == '`') {
      out += "\\(ga";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (static_cast<unsigned char>(c) >= 0x80) {
      char escape[16];
      std::snprintf(escape, sizeof(escape), "\\[u%04X]", code_point(text, i));
      out += escape;
    } else {
      // A dot that begins a line is a request.
      if (c == '.' && (out.empty() || out.back() == '\n')) out += "\\&";
      out += c;
    }
  }
  return out;
}

// Paragraphs of lines; what shows something to type, indented lines and examples, keeps its lines.
std::string paragraphs(const std::string& text) {
  std::string out;
  std::string rest = text;
  while (!rest.empty()) {
    const auto end = rest.find("\n\n");
    const std::string paragraph = rest.substr(0, end);
    rest.erase(0, end == std::string::npos ? rest.size() : end + 2);
    const bool as_it_is =
        paragraph.starts_with("Example") || paragraph.find("\n ") < paragraph.size();
    out += ".PP\n";
    if (as_it_is) out += ".nf\n";
    out += roff(paragraph) + "\n";
    if (as_it_is) out += ".fi\n";
  }
  return out;
}

std::string option_entry(const Option& option) {
  std::string names;
  for (const auto& name : option.names) {
    names += (names.empty() ? "" : ", ") + ("\\fB" + roff(name) + "\\fR");
  }
  // An argument's name says what it is.
  const bool told = option.type == "TEXT" && !option.names.front().starts_with('-');
  if (!option.type.empty() && !told) names += " \\fI" + roff(option.type) + "\\fR";
  std::string about = roff(option.about);
  if (!option.fallback.empty()) about += " [default: " + roff(option.fallback) + "]";
  if (!option.variable.empty()) about += " [environment: " + roff(option.variable) + "]";
  return ".TP\n" + names + "\n" + about + "\n";
}

std::string entries(const std::vector<Option>& options) {
  std::string out;
  for (const auto& option : options) out += option_entry(option);
  return out;
}

// "monarchctl account add [OPTIONS] EMAIL".
std::string usage(const Command& program, const Command& command) {
  std::string text = "\\fB" + roff(program.name + " " + command.path) + "\\fR [\\fIOPTIONS\\fR]";
  for (const auto& argument : command.arguments) {
    const std::string name = "\\fI" + roff(argument.names.front()) + "\\fR";
    text += argument.required ? " " + name : " [" + name + "]";
  }
  return text;
}

std::string section(const Command& program, const Command& command) {
  std::string out = ".SS " + roff(command.path) + "\n";
  out += usage(program, command) + "\n.PP\n" + roff(command.about) + ".\n";
  out += entries(command.arguments);
  for (const auto& option : command.options) {
    if (option.names.front() != "--help") out += option_entry(option);
  }
  return out + paragraphs(command.footer);
}

std::string environment(const Command& program) {
  std::string out;
  for (const Command* command : all(program)) {
    for (const auto& option : command->options) {
      if (option.variable.empty()) continue;
      out += ".TP\n.B " + roff(option.variable) + "\nThe same as " + roff(option.names.front()) +
             ".\n";
    }
  }
  return out;
}

}  // namespace

std::string man_page(const Command& program, std::string_view version) {
  std::string out = ".\\\" Made by: monarchctl man\n.TH MONARCHCTL 1 \"\" \"" + roff(version) +
                    "\" \"Monarch\"\n";
  out += ".SH NAME\nmonarchctl \\- administration of a Monarch cluster\n";
  out += ".SH SYNOPSIS\n.B monarchctl\n[\\fIOPTIONS\\fR] \\fICOMMAND\\fR ...\n";
  out += ".SH DESCRIPTION\n" + roff(program.about) + "\n";
  out += ".SH OPTIONS\nThese go with every command.\n" + entries(program.options);
  out += ".SH COMMANDS\n";
  for (const Command* command : all(program)) {
    // What only leads to others is told with them.
    if (command->commands.empty()) {
      out += section(program, *command);
    } else if (command != &program && !command->footer.empty()) {
      out += ".SS " + roff(command->path) + "\n" + roff(command->about) + ".\n" +
             paragraphs(command->footer);
    }
  }
  out += ".SH EXIT STATUS\n" + paragraphs(program.footer);
  out += ".SH ENVIRONMENT\n" + environment(program);
  return out;
}

}  // namespace monarch::ctl::reference
