#include "msnp/url_coding.hpp"

#include <cstddef>

namespace monarch::msnp {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The byte that the escape at `at` stands for; -1 when there is none.
int escaped_byte(std::string_view text, std::size_t at) {
  if (text[at] != '%' || text.size() - at < 3) return -1;
  const int high = hex_value(text[at + 1]);
  const int low = hex_value(text[at + 2]);
  return high < 0 || low < 0 ? -1 : high * 16 + low;
}

void append_escape(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  out.push_back('%');
  out.push_back(kDigits[byte >> 4U]);
  out.push_back(kDigits[byte & 15U]);
}

bool is_unreserved(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
         std::string_view("-_.!~*'()@").find(c) != std::string_view::npos;
}

}  // namespace

// RFC 3629.
std::size_t utf8_sequence(std::string_view bytes) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char lead = at(0);
  if (lead < 0x80) return 1;
  std::size_t length = 0;
  // Limits of the second byte: they keep out overlong forms, surrogates and what is beyond
  // U+10FFFF.
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
  if (lead >= 0xC2 && lead <= 0xDF) {
    length = 2;
  } else if (lead >= 0xE0 && lead <= 0xEF) {
    length = 3;
    if (lead == 0xE0) low = 0xA0;
    if (lead == 0xED) high = 0x9F;
  } else if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    if (lead == 0xF0) low = 0x90;
    if (lead == 0xF4) high = 0x8F;
  }
  if (length == 0 || bytes.size() < length || at(1) < low || at(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (at(i) < 0x80 || at(i) > 0xBF) return 0;
  }
  return length;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const std::size_t length = utf8_sequence(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

bool is_name_token(std::string_view token) {
  if (token.empty()) return false;
  for (std::size_t i = 0; i < token.size(); ++i) {
    if (token[i] == '%' && escaped_byte(token, i) < 0) return false;
  }
  const std::string decoded = decode_name(token);
  for (const char c : decoded) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) return false;
  }
  return is_utf8(decoded);
}

std::optional<std::string> canonical_name_token(std::string_view token) {
  if (!is_name_token(token)) return std::nullopt;
  std::string result;
  result.reserve(token.size());
  for (const char c : token) {
    if (static_cast<unsigned char>(c) >= 0x80) {
      append_escape(result, c);
    } else {
      result.push_back(c);
    }
  }
  return result;
}

std::string encode_name(std::string_view name) {
  std::string result;
  result.reserve(name.size());
  for (const char c : name) {
    if (is_unreserved(c)) {
      result.push_back(c);
    } else {
      append_escape(result, c);
    }
  }
  return result;
}

std::string encode_query(std::string_view value) {
  std::string result;
  for (const char c : value) {
    const bool kept = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                      std::string_view("-._~").find(c) != std::string_view::npos;
    if (kept) {
      result.push_back(c);
    } else {
      append_escape(result, c);
    }
  }
  return result;
}

std::string decode_name(std::string_view token) {
  std::string result;
  result.reserve(token.size());
  for (std::size_t i = 0; i < token.size(); ++i) {
    const int byte = escaped_byte(token, i);
    if (byte < 0) {
      result.push_back(token[i]);
    } else {
      result.push_back(static_cast<char>(byte));
      i += 2;
    }
  }
  return result;
}

}  // namespace monarch::msnp
