#include "notification/core/page_text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "msnp/limits.hpp"
#include "notification/core/plain_text.hpp"

namespace monarch::notification {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

void skip_space(std::string_view& rest) {
  while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
}

bool take(std::string_view& rest, std::string_view expected) {
  if (!rest.starts_with(expected)) return false;
  rest.remove_prefix(expected.size());
  return true;
}

// What stands up to the closing tag, without another tag in it.
std::optional<std::string_view> take_content(std::string_view& rest, std::string_view closing) {
  const auto end = rest.find('<');
  if (end == std::string_view::npos) return std::nullopt;
  const auto content = rest.substr(0, end);
  rest.remove_prefix(end);
  if (!take(rest, closing)) return std::nullopt;
  return content;
}

void append_utf8(std::string& out, char32_t point) {
  const auto tail = [&](unsigned shift) {
    out += static_cast<char>(0x80U | (point >> shift & 0x3FU));
  };
  if (point < 0x80) {
    out += static_cast<char>(point);
  } else if (point < 0x800) {
    out += static_cast<char>(0xC0U | point >> 6U);
    tail(0);
  } else if (point < 0x10000) {
    out += static_cast<char>(0xE0U | point >> 12U);
    tail(6);
    tail(0);
  } else {
    out += static_cast<char>(0xF0U | point >> 18U);
    tail(12);
    tail(6);
    tail(0);
  }
}

// "#x26", "#38" or "amp", what stands between '&' and ';'.
std::optional<char32_t> reference(std::string_view name) {
  struct Named {
    std::string_view name;
    char32_t point;
  };
  constexpr Named kNamed[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& named : kNamed) {
    if (named.name == name) return named.point;
  }
  if (!take(name, "#")) return std::nullopt;
  const bool hex = take(name, "x") || take(name, "X");
  constexpr std::size_t kDigitsMax = 7;
  if (name.empty() || name.size() > kDigitsMax) return std::nullopt;
  std::uint32_t value = 0;
  for (const char c : name) {
    std::uint32_t digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<std::uint32_t>(c - '0');
    } else if (hex && c >= 'a' && c <= 'f') {
      digit = static_cast<std::uint32_t>(c - 'a') + 10;
    } else if (hex && c >= 'A' && c <= 'F') {
      digit = static_cast<std::uint32_t>(c - 'A') + 10;
    } else {
      return std::nullopt;
    }
    value = value * (hex ? 16 : 10) + digit;
  }
  if (value == 0 || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return std::nullopt;
  return value;
}

// The characters that may not stand for themselves come as references; a ';', '>' or '^' that does
// is let be.
std::optional<std::string> unescape(std::string_view text) {
  std::string plain;
  while (!text.empty()) {
    if (text.front() != '&') {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    const auto end = text.find(';');
    if (end == std::string_view::npos) return std::nullopt;
    const auto point = reference(text.substr(1, end - 1));
    if (!point) return std::nullopt;
    append_utf8(plain, *point);
    text.remove_prefix(end + 1);
  }
  return plain;
}

bool is_phone(std::string_view number) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  return number.size() <= msnp::kPhoneBytesMax &&
         std::any_of(number.begin(), number.end(), is_digit) &&
         std::all_of(number.begin(), number.end(), [&](char c) {
           return is_digit(c) || std::string_view("+-(). ").find(c) != std::string_view::npos;
         });
}

// <PHONE pri="1"><LOC>HOME</LOC><NUM>5551234</NUM></PHONE>
std::optional<PageText::Callback> take_phone(std::string_view& rest) {
  if (!take(rest, R"(<PHONE pri="1">)") && !take(rest, "<PHONE>")) return std::nullopt;
  skip_space(rest);
  if (!take(rest, "<LOC>")) return std::nullopt;
  const auto location = take_content(rest, "</LOC>");
  if (!location) return std::nullopt;
  if (*location != "HOME" && *location != "WORK" && *location != "MOBILE") return std::nullopt;
  skip_space(rest);
  if (!take(rest, "<NUM>")) return std::nullopt;
  const auto number = take_content(rest, "</NUM>");
  if (!number || !is_phone(*number)) return std::nullopt;
  skip_space(rest);
  if (!take(rest, "</PHONE>")) return std::nullopt;
  return PageText::Callback{std::string(*location), std::string(*number)};
}

}  // namespace

std::optional<PageText> parse_page(std::string_view payload) {
  PageText page;
  skip_space(payload);
  if (payload.starts_with("<PHONE")) {
    page.callback = take_phone(payload);
    if (!page.callback) return std::nullopt;
    skip_space(payload);
  }
  if (!take(payload, R"(<TEXT xml:space="preserve">)") && !take(payload, "<TEXT>")) {
    return std::nullopt;
  }
  const auto content = take_content(payload, "</TEXT>");
  if (!content) return std::nullopt;
  auto text = unescape(*content);
  if (!text) return std::nullopt;
  page.text = plain_text(*text);
  skip_space(payload);
  if (page.text.empty() || !payload.empty()) return std::nullopt;
  return page;
}

}  // namespace monarch::notification
