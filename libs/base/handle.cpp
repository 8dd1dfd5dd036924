#include "base/handle.hpp"

namespace monarch {

namespace {

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

// What RFC 5322 lets stand unquoted in a local part.
bool is_local_char(char c) {
  return is_alnum(c) || std::string_view("!#$%&'*+-/=?^_`{|}~.").find(c) != std::string_view::npos;
}

// At least two labels of letters, digits, '-' and '_' with a dot between each two.
bool is_domain(std::string_view domain) {
  std::size_t labels = 0;
  while (true) {
    const std::size_t dot = domain.find('.');
    const std::string_view label = domain.substr(0, dot);
    if (label.empty()) return false;
    for (const char c : label) {
      if (!is_alnum(c) && c != '-' && c != '_') return false;
    }
    ++labels;
    if (dot == std::string_view::npos) return labels >= 2;
    domain.remove_prefix(dot + 1);
  }
}

}  // namespace

std::optional<Handle> Handle::parse(std::string_view text) {
  if (text.size() > kBytesMax) return std::nullopt;
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || at == 0) return std::nullopt;
  for (const char c : text.substr(0, at)) {
    if (!is_local_char(c)) return std::nullopt;
  }
  if (!is_domain(text.substr(at + 1))) return std::nullopt;
  return trusted(std::string(text));
}

Handle Handle::trusted(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return Handle(std::move(text));
}

}  // namespace monarch
