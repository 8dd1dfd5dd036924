#include "notification/adapters/mail_message.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdio>
#include <ctime>

#include "msnp/url_coding.hpp"

namespace monarch::notification {

namespace {

// RFC 2045: a line, its soft break included.
constexpr std::size_t kLineMax = 76;
// RFC 2047: an encoded word.
constexpr std::size_t kWordMax = 75;
constexpr std::string_view kWordBegin = "=?UTF-8?Q?";
constexpr std::string_view kWordEnd = "?=";
constexpr const char* kSubject = "An invitation to chat";

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

std::string escaped(char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  return {'=', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

std::string encoded_words(std::string_view name) {
  std::string words(kWordBegin);
  std::size_t length = kWordBegin.size();
  while (!name.empty()) {
    // A character stays in one word.
    const auto bytes = std::max<std::size_t>(1, msnp::utf8_sequence(name));
    std::string coded;
    for (const char c : name.substr(0, bytes)) {
      coded += is_alnum(c) ? std::string(1, c) : c == ' ' ? "_" : escaped(c);
    }
    if (length + coded.size() + kWordEnd.size() > kWordMax) {
      words += std::string(kWordEnd) + "\r\n " + std::string(kWordBegin);
      length = kWordBegin.size();
    }
    words += coded;
    length += coded.size();
    name.remove_prefix(bytes);
  }
  return words + std::string(kWordEnd);
}

std::string body(const Mail& mail, const MailLetterhead& letterhead) {
  std::string text = "Hello,\n\nsomebody who calls himself\n\n";
  text += "> " + mail.name + "\n\n";
  text += "and has the account " + mail.from.value() + " invites you to chat.\n";
  if (!mail.text.empty()) {
    text += "He or she wrote:\n\n> ";
    for (const char c : mail.text) text += c == '\n' ? "\n> " : std::string(1, c);
    text += "\n";
  }
  text += "\nWhat this is about, and how to join:\n" + letterhead.info_url + "\n\n";
  text +=
      "Only the lines that begin with > were written by that person.\n"
      "You get this mail because he or she entered your address.\n"
      "It is on no list here.\n";
  return text;
}

}  // namespace

std::string quoted_printable(std::string_view text) {
  std::string coded;
  std::size_t column = 0;
  const auto put = [&](const std::string& piece, bool last) {
    // A soft break takes a place itself, but where the line ends anyway.
    if (column + piece.size() > (last ? kLineMax : kLineMax - 1)) {
      coded += "=\r\n";
      column = 0;
    }
    coded += piece;
    column += piece.size();
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool last = i + 1 == text.size() || text[i + 1] == '\n';
    if (c == '\n') {
      coded += "\r\n";
      column = 0;
    } else if (c == ' ' ? last : (c < '!' || c > '~' || c == '=')) {
      put(escaped(c), last);
    } else if (c == '.' && column == 0) {
      // A full stop alone would end the message for a reader that knows no better.
      put(escaped(c), last);
    } else {
      put(std::string(1, c), last);
    }
  }
  return coded;
}

std::string display_name(std::string_view name) {
  const bool plain =
      std::all_of(name.begin(), name.end(), [](char c) { return c >= ' ' && c < 127; });
  if (!plain || name.size() + 2 > kWordMax) return encoded_words(name);
  if (std::all_of(name.begin(), name.end(), [](char c) { return is_alnum(c) || c == ' '; })) {
    return std::string(name);
  }
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + "\"";
}

std::string mail_date(std::int64_t unix_seconds) {
  constexpr std::array kDays = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto time = static_cast<std::time_t>(unix_seconds);
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%s, %d %s %d %02d:%02d:%02d +0000",
                kDays.at(static_cast<std::size_t>(parts.tm_wday)), parts.tm_mday,
                kMonths.at(static_cast<std::size_t>(parts.tm_mon)), parts.tm_year + 1900,
                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

std::string render(const Mail& mail, const MailLetterhead& letterhead, std::int64_t unix_seconds,
                   std::string_view unique_id) {
  const auto domain = letterhead.from.substr(letterhead.from.find('@') + 1);
  std::string message;
  const auto header = [&message](const char* name, const std::string& value) {
    message += std::string(name) + ": " + value + "\r\n";
  };
  header("From", display_name(letterhead.from_name) + "\r\n <" + letterhead.from + ">");
  header("To", mail.to);
  header("Subject", kSubject);
  header("Date", mail_date(unix_seconds));
  header("Message-ID", "<" + std::string(unique_id) + "@" + domain + ">");
  header("Auto-Submitted", "auto-generated");
  header("MIME-Version", "1.0");
  header("Content-Type", "text/plain; charset=UTF-8");
  header("Content-Transfer-Encoding", "quoted-printable");
  return message + "\r\n" + quoted_printable(body(mail, letterhead));
}

}  // namespace monarch::notification
