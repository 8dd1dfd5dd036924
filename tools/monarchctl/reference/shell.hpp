// What the scripts for the shells have in common: words in quotes, and which words there are at a
// command. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "monarchctl/reference/reference.hpp"

namespace monarch::ctl::reference {

// In single quotes, for a POSIX shell or zsh; the text is one line.
[[nodiscard]] std::string quote(std::string_view text);
// The same for fish, which knows two escapes within them.
[[nodiscard]] std::string quote_for_fish(std::string_view text);

// The command's own and, unless it is the program itself, the program's; --help once.
[[nodiscard]] std::vector<const Option*> options_at(const Command& program, const Command& command);

[[nodiscard]] std::string joined(const std::vector<std::string>& words);

}  // namespace monarch::ctl::reference
