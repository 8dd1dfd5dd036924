#include "page.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace monarch::reference {
namespace {

std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

}  // namespace

Outcome<std::string> compare(const std::string& path, std::string_view is,
                             std::string_view should) {
  if (is == should) return Ok{};
  for (int number = 1;; ++number) {
    const bool more_is = !is.empty();
    const bool more_should = !should.empty();
    const std::string_view there = take_line(is);
    const std::string_view wanted = take_line(should);
    if (there == wanted && more_is == more_should && more_is) continue;
    return fail(path + " is not what the programs say of themselves; ./dev docs renews it.\n" +
                "line " + std::to_string(number) + " is:     " + std::string(there) + "\n" +
                "and should be: " + std::string(wanted));
  }
}

Outcome<std::string> keep(const std::string& path, const std::string& text) {
  if (const char* renew = std::getenv(kRenew); renew != nullptr && *renew != '\0') {
    std::ofstream file(path);
    file << text;
    if (!file.flush()) return fail("cannot write " + path);
    return Ok{};
  }
  std::ifstream file(path);
  return compare(path, std::string{std::istreambuf_iterator<char>(file), {}}, text);
}

std::string cell(std::string_view text) {
  if (text.empty()) return "–";
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '|':
      case '*':
      case '`':
        result += '\\';
        result += c;
        break;
      case '<':
        result += "&lt;";
        break;
      case '>':
        result += "&gt;";
        break;
      default:
        result += c;
    }
  }
  return result;
}

std::string code(std::string_view text) {
  if (text.empty()) return "–";
  std::string result = "`";
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c;
  }
  return result + "`";
}

}  // namespace monarch::reference
