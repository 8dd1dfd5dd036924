// docs/reference/settings.md, from what the programs' --help says: what every service takes once,
// then of each program what is its own. Values, any thread.
#pragma once

#include <string>
#include <vector>

#include "help_text.hpp"

namespace monarch::reference {

struct Program {
  std::string name;  // "monarch-auth"
  HelpText help;
};

// `services` have settings in common, `tools` have not.
[[nodiscard]] std::string settings_page(const std::vector<Program>& services,
                                        const std::vector<Program>& tools);

}  // namespace monarch::reference
