// A page of docs/reference: what a test makes is compared with what is there, or put there. One
// thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"

namespace monarch::reference {

// Whoever sets this variable wants the pages renewed and not compared: ./dev docs.
inline constexpr const char* kRenew = "MONARCH_RENEW_REFERENCE";

// Good when the file holds this text, or does now. The error names the first line that differs and
// the command that renews the page.
[[nodiscard]] Outcome<std::string> keep(const std::string& path, const std::string& text);

// The same by hand: is the page at `path`, which holds `is`, what it should be?
[[nodiscard]] Outcome<std::string> compare(const std::string& path, std::string_view is,
                                           std::string_view should);

// For a cell of a table: nothing in it is taken for Markdown or HTML. Empty: a dash.
[[nodiscard]] std::string cell(std::string_view text);
// `text` between backticks, as a cell.
[[nodiscard]] std::string code(std::string_view text);

}  // namespace monarch::reference
