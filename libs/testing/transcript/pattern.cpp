#include "testing/transcript/pattern.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <openssl/evp.h>
#include <utility>

namespace monarch::transcript {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_challenge(char c) { return is_digit(c) || c == '.'; }
bool is_number(char c) { return is_digit(c) || c == '-'; }
char upper_case(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }
bool is_word(char c) { return c > ' ' && c != '\x7f'; }
bool is_name(char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '.' || c == '-'; }

std::optional<unsigned> to_unsigned(std::string_view text) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<Role> to_role(std::string_view name) {
  for (const Role role : {Role::kDispatch, Role::kNotification, Role::kSwitchboard}) {
    if (name == short_name(role)) return role;
  }
  return std::nullopt;
}

using PieceOrError = Result<Piece, std::string>;

PieceOrError node_token(Role role, std::string_view argument) {
  if (const auto instance = to_unsigned(argument)) {
    if (*instance == 0) return fail(std::string("nodes are numbered from 1"));
    return Piece{Piece::Kind::kNode, "", {role, *instance}};
  }
  return Piece{Piece::Kind::kAddress,
               std::string(short_name(role)) + ":" + std::string(argument),
               {role, 0}};
}

PieceOrError serial_token(std::string_view argument, const Fixture& fixture) {
  const auto plus = argument.find('+');
  const Account* account = fixture.by_key(argument.substr(0, plus));
  if (account == nullptr) {
    return fail("<serial:…> of an account that has no @account: " + std::string(argument));
  }
  std::uint32_t serial = account->serial;
  if (plus != std::string_view::npos) {
    const auto by = to_unsigned(argument.substr(plus + 1));
    if (!by) return fail("no number in <serial:" + std::string(argument) + ">");
    serial += *by;
  }
  return Piece{Piece::Kind::kText, std::to_string(serial), {}};
}

PieceOrError token(std::string_view inside, const Fixture& fixture) {
  using Kind = Piece::Kind;
  const auto colon = inside.find(':');
  const std::string_view name = inside.substr(0, colon);
  const std::string_view argument =
      colon == std::string_view::npos ? std::string_view() : inside.substr(colon + 1);
  const bool bare = colon == std::string_view::npos;
  const bool named = !argument.empty() && std::all_of(argument.begin(), argument.end(), is_name);

  if (bare && name == "challenge") return Piece{Kind::kChallenge, "", {}};
  if (bare && name == "login-time") return Piece{Kind::kDigits, "", {}};
  if (bare && name == "length") return Piece{Kind::kLength, "", {}};
  if (bare && name == "any") return Piece{Kind::kWord, "", {}};
  if (name == "digest" && !argument.empty()) return Piece{Kind::kDigest, std::string(argument), {}};
  if (name == "DIGEST" && !argument.empty()) {
    return Piece{Kind::kUpperDigest, std::string(argument), {}};
  }
  if (name == "serial") return serial_token(argument, fixture);
  if (named && name == "digits") return Piece{Kind::kDigits, std::string(argument), {}};
  if (named && name == "number") return Piece{Kind::kNumber, std::string(argument), {}};
  if (named && name == "answer") return Piece{Kind::kAnswer, std::string(argument), {}};
  if (named && name == "hex") return Piece{Kind::kHex, std::string(argument), {}};
  if (named && name == "word") return Piece{Kind::kWord, std::string(argument), {}};
  if (const auto role = to_role(name); role && named) return node_token(*role, argument);
  return fail("unknown token <" + std::string(inside) + ">; a plain < is written \\<");
}

// The profile of docs/protocol/notification.md#profile-textx-msmsgsprofile, in transcript notation.
std::string profile_text(const Account& account, bool full) {
  std::string text =
      "MIME-Version: 1.0\\r\\n"
      "Content-Type: text/x-msmsgsprofile; charset=UTF-8\\r\\n"
      "LoginTime: <login-time>\\r\\n";
  if (full) {
    text += "EmailEnabled: 0\\r\\nMemberIdHigh: <number:" + account.key +
            ".member-high>\\r\\nMemberIdLow: <number:" + account.key +
            ".member-low>\\r\\nlang_preference: 1033\\r\\npreferredEmail: " + account.handle +
            "\\r\\ncountry: US\\r\\nPostalCode: \\r\\nGender: \\r\\nKid: 0\\r\\nAge: \\r\\n"
            "BDayPre: \\r\\nBirthday: \\r\\nWallet: \\r\\nFlags: <any>\\r\\nsid: <any>\\r\\n"
            "kv: <any>\\r\\nMSPAuth: <any>\\r\\n";
  }
  return text + "\\r\\n";
}

Result<char, std::string> escape(std::string_view text, std::size_t& at, Form form) {
  const char c = at < text.size() ? text[at] : '\0';
  ++at;
  if (c == '\\' || c == '<') return c;
  if (form == Form::kBytes) {
    if (c == 'r') return '\r';
    if (c == 'n') return '\n';
    if (c == 't') return '\t';
    if (c == 'x' && at + 2 <= text.size()) {
      int value = 0;
      const auto [end, error] = std::from_chars(text.data() + at, text.data() + at + 2, value, 16);
      if (error == std::errc() && end == text.data() + at + 2) {
        at += 2;
        return static_cast<char>(value);
      }
    }
  }
  return fail(std::string("unknown escape; known are \\\\ and \\<") +
              (form == Form::kBytes ? ", \\r \\n \\t \\xHH" : " (control bytes: use C!)"));
}

void append_text(Pattern& pattern, std::string_view text) {
  if (text.empty()) return;
  if (pattern.empty() || pattern.back().kind != Piece::Kind::kText) {
    pattern.push_back({Piece::Kind::kText, "", {}});
  }
  pattern.back().text += text;
}

Result<Pattern, std::string> profile(std::string_view inside, const Fixture& fixture) {
  const std::string_view key = inside.substr(inside.find(':') + 1);
  const Account* account = fixture.by_key(key);
  if (account == nullptr) return fail("<" + std::string(inside) + "> names no @account");
  return parse_pattern(profile_text(*account, inside.substr(0, 8) == "profile:"), Form::kBytes,
                       fixture);
}

std::optional<std::string_view> take(std::string_view& bytes, bool (*allowed)(char)) {
  const auto end = std::find_if_not(bytes.begin(), bytes.end(), allowed);
  const auto size = static_cast<std::size_t>(end - bytes.begin());
  if (size == 0) return std::nullopt;
  const std::string_view taken = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return taken;
}

bool bind(Bindings& bindings, const std::string& name, std::string_view value) {
  if (name.empty()) return true;
  const auto [it, fresh] = bindings.values.emplace(name, value);
  return fresh || it->second == value;
}

// What follows from a value that is bound already; nothing when it is not.
std::optional<std::string> derived(const Piece& piece, const Bindings& bindings) {
  const auto value = bindings.values.find(piece.text);
  if (value == bindings.values.end()) return std::nullopt;
  // The key of all MSNP6 and MSNP7 clients: docs/protocol/notification.md#chl-qry-6.
  if (piece.kind == Piece::Kind::kAnswer) return md5_hex(value->second + "Q1P7W2E4J9R8U3S5");
  std::array<char, 9> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x",
                static_cast<std::uint32_t>(std::strtoll(value->second.c_str(), nullptr, 10)));
  return digits.data();
}

bool take_text(std::string_view& bytes, std::string_view text) {
  if (bytes.substr(0, text.size()) != text) return false;
  bytes.remove_prefix(text.size());
  return true;
}

bool match_piece(const Piece& piece, std::string_view& bytes, const std::string& conn,
                 std::size_t length, const Addresses& addresses, Bindings& bindings) {
  using Kind = Piece::Kind;
  switch (piece.kind) {
    case Kind::kText:
      return take_text(bytes, piece.text);
    case Kind::kLength:
      return take_text(bytes, std::to_string(length));
    case Kind::kChallenge: {
      const auto value = take(bytes, is_challenge);
      if (value) bindings.challenges[conn] = *value;
      return value.has_value();
    }
    case Kind::kDigits:
    case Kind::kNumber:
    case Kind::kWord: {
      const auto value = take(bytes, piece.kind == Kind::kDigits   ? is_digit
                                     : piece.kind == Kind::kNumber ? is_number
                                                                   : is_word);
      return value && bind(bindings, piece.text, *value);
    }
    case Kind::kAnswer:
    case Kind::kHex: {
      const auto text = derived(piece, bindings);
      return text && take_text(bytes, *text);
    }
    case Kind::kNode: {
      const auto address = addresses.of(piece.node);
      return address.ok() && take_text(bytes, *address);
    }
    case Kind::kAddress: {
      const auto value = take(bytes, is_word);
      if (!value) return false;
      const auto known = addresses.ready(piece.node.role);
      return std::find(known.begin(), known.end(), *value) != known.end() &&
             bind(bindings, piece.text, *value);
    }
    case Kind::kDigest:
    case Kind::kUpperDigest:
      return false;  // The parser lets no server say it.
  }
  return false;
}

std::string describe_piece(const Piece& piece) {
  using Kind = Piece::Kind;
  switch (piece.kind) {
    case Kind::kText:
      return piece.text;
    case Kind::kChallenge:
      return "<challenge>";
    case Kind::kDigest:
    case Kind::kUpperDigest:
      return "<digest:…>";
    case Kind::kDigits:
      return "<digits:" + piece.text + ">";
    case Kind::kNumber:
      return "<number:" + piece.text + ">";
    case Kind::kWord:
      return piece.text.empty() ? "<any>" : "<word:" + piece.text + ">";
    case Kind::kAnswer:
      return "<answer:" + piece.text + ">";
    case Kind::kHex:
      return "<hex:" + piece.text + ">";
    case Kind::kLength:
      return "<length>";
    case Kind::kNode:
      return "<" + to_string(piece.node) + ">";
    case Kind::kAddress:
      return "<" + piece.text + ">";
  }
  return "?";
}

}  // namespace

Result<Pattern, std::string> parse_pattern(std::string_view text, Form form,
                                           const Fixture& fixture) {
  Pattern pattern;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at++];
    if (c == '\\') {
      const auto byte = escape(text, at, form);
      if (!byte) return fail(byte.error());
      append_text(pattern, std::string_view(&*byte, 1));
    } else if (c == '<') {
      const auto end = text.find('>', at);
      if (end == std::string_view::npos) return fail(std::string("< without >; write \\<"));
      const std::string_view inside = text.substr(at, end - at);
      at = end + 1;
      if (inside.starts_with("profile:") || inside.starts_with("profile2:")) {
        auto pieces = profile(inside, fixture);
        if (!pieces) return fail(pieces.error());
        pattern.insert(pattern.end(), pieces->begin(), pieces->end());
        continue;
      }
      auto piece = token(inside, fixture);
      if (!piece) return fail(piece.error());
      if (piece->kind == Piece::Kind::kText) {
        append_text(pattern, piece->text);
      } else {
        pattern.push_back(std::move(*piece));
      }
    } else if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
      return fail(std::string("a raw control byte (a tab?); write it as an escape"));
    } else {
      append_text(pattern, std::string_view(&c, 1));
    }
  }
  return pattern;
}

Pattern literal(std::string text) {
  Pattern pattern;
  if (!text.empty()) pattern.push_back({Piece::Kind::kText, std::move(text), {}});
  return pattern;
}

std::optional<std::string> constant(const Pattern& pattern) {
  std::string text;
  for (const Piece& piece : pattern) {
    if (piece.kind != Piece::Kind::kText) return std::nullopt;
    text += piece.text;
  }
  return text;
}

std::string describe(const Pattern& pattern) {
  std::string text;
  for (const Piece& piece : pattern) text += describe_piece(piece);
  return text;
}

bool matches(const Pattern& pattern, std::string_view bytes, const std::string& conn,
             std::size_t length, const Addresses& addresses, Bindings& bindings) {
  Bindings tried = bindings;
  for (const Piece& piece : pattern) {
    if (!match_piece(piece, bytes, conn, length, addresses, tried)) return false;
  }
  if (!bytes.empty()) return false;
  bindings = std::move(tried);
  return true;
}

bool is_digest(const Piece& piece) {
  return piece.kind == Piece::Kind::kDigest || piece.kind == Piece::Kind::kUpperDigest;
}

Result<std::string, std::string> render(const Pattern& pattern, const std::string& conn,
                                        std::size_t length, const Addresses& addresses,
                                        const Bindings& bindings) {
  using Kind = Piece::Kind;
  std::string bytes;
  for (const Piece& piece : pattern) {
    if (piece.kind == Kind::kText) {
      bytes += piece.text;
    } else if (piece.kind == Kind::kLength) {
      bytes += std::to_string(length);
    } else if (piece.kind == Kind::kNode) {
      auto address = addresses.of(piece.node);
      if (!address) return fail(address.error());
      bytes += *address;
    } else if (is_digest(piece)) {
      const auto challenge = bindings.challenges.find(conn);
      if (challenge == bindings.challenges.end()) {
        return fail("no <challenge> was seen on " + conn + " before " + describe_piece(piece));
      }
      std::string digest = md5_hex(challenge->second + piece.text);
      if (piece.kind == Kind::kUpperDigest) {
        std::transform(digest.begin(), digest.end(), digest.begin(), upper_case);
      }
      bytes += digest;
    } else {
      const auto value = bindings.values.find(piece.text);
      if (value == bindings.values.end()) {
        return fail(describe_piece(piece) + " is not known yet");
      }
      const bool computed = piece.kind == Kind::kAnswer || piece.kind == Kind::kHex;
      bytes += computed ? *derived(piece, bindings) : value->second;
    }
  }
  return bytes;
}

std::string md5_hex(std::string_view bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  const int done = EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr);
  MONARCH_ASSERT(done == 1);
  std::string hex;
  for (unsigned i = 0; i < size; ++i) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    hex += kDigits[digest[i] >> 4U];
    hex += kDigits[digest[i] & 15U];
  }
  return hex;
}

}  // namespace monarch::transcript
