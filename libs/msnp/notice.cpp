#include "msnp/notice.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>

#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"

namespace monarch::msnp {
namespace {

// docs/protocol/notification.md#ipg-6: what every page bears.
constexpr std::string_view kMobileHead = "siteid=\"111100400\" siteurl=\"http://mobile.msn.com/\">";
constexpr std::string_view kPageCategory = "<CAT id=\"110110001\" />";
constexpr std::uint32_t kUndelivered = 407;
// A phone has no account.
constexpr std::string_view kNobody = "0x00000000:0x00000000";
// Of a page's sender: a name or a phone's number.
constexpr std::size_t kPagerNameBytesMax = 128;
// docs/protocol/framing.md#4-payload-commands: below, not up to.
constexpr std::size_t kRoom = kServerPayloadBytesMax - 1;

std::string_view escape_of(char c) {
  switch (c) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    default:
      break;
  }
  // XML 1.0 has no words for the others below the space.
  const auto byte = static_cast<unsigned char>(c);
  const bool control = (byte < 0x20 && c != '\t' && c != '\n' && c != '\r') || byte == 0x7F;
  return control ? " " : std::string_view();
}

void append_escaped(std::string& out, std::string_view text) {
  for (const char c : text) {
    const auto escape = escape_of(c);
    if (escape.empty()) {
      out += c;
    } else {
      out += escape;
    }
  }
}

bool continues_a_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// As much of `text` as fits into `room` bytes once it is escaped; false when that is nothing.
bool append_text(std::string& out, std::string_view text, std::size_t room) {
  std::string whole;
  append_escaped(whole, text);
  if (whole.size() <= room) {
    out += whole;
    return true;
  }
  std::string part;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t next = at + 1;
    while (next < text.size() && continues_a_character(text[next])) ++next;
    const std::size_t before = part.size();
    append_escaped(part, text.substr(at, next - at));
    if (part.size() + kCut.size() > room) {
      part.resize(before);
      break;
    }
    at = next;
  }
  if (part.empty()) return false;
  out += part;
  out += kCut;
  return true;
}

void attribute(std::string& out, std::string_view name, std::string_view value) {
  out += ' ';
  out += name;
  out += "=\"";
  append_escaped(out, value);
  out += '"';
}

void attribute(std::string& out, std::string_view name, std::uint32_t value) {
  attribute(out, name, std::to_string(value));
}

// `0x<MemberIdHigh>:0x<MemberIdLow>`, as the profile has them.
std::string pid_of(AccountId account) {
  const std::uint64_t number = account.value();
  std::array<char, 22> text{};
  std::snprintf(text.data(), text.size(), "0x%08x:0x%08x", static_cast<unsigned>(number >> 32U),
                static_cast<unsigned>(number));
  return text.data();
}

void element(std::string& out, std::string_view name, std::string_view attribute_name,
             std::string_view value) {
  out += '<';
  out += name;
  attribute(out, attribute_name, value);
  out += " />";
}

// Puts head, text and tail together if they fit.
bool append_document(std::string& out, std::string_view head, std::string_view text,
                     std::string_view tail) {
  const std::size_t fixed = head.size() + tail.size();
  if (fixed > kRoom) return false;
  const std::size_t start = out.size();
  out += head;
  if (!append_text(out, text, kRoom - fixed)) {
    out.resize(start);
    return false;
  }
  out += tail;
  return true;
}

Failure<std::string> bad(std::string_view what, const char* why) {
  return fail(std::string(what) + why);
}

// As long as a handle can be. (One of ampersands alone would be longer once it is escaped.)
Handle longest_handle() { return Handle::trusted(std::string(Handle::kBytesMax, 'a')); }

}  // namespace

std::size_t utf8_prefix(std::string_view text, std::size_t room) {
  if (text.size() <= room) return text.size();
  std::size_t end = room;
  while (end > 0 && continues_a_character(text[end])) --end;
  return end;
}

bool append_not(std::string& out, const Addressee& to, const model::Toast& toast) {
  std::string head = "<NOTIFICATION ver=\"1\"";
  attribute(head, "id", toast.id);
  attribute(head, "siteid", toast.site_id);
  attribute(head, "siteurl", toast.site_url);
  head += "><TO";
  attribute(head, "pid", pid_of(to.account));
  attribute(head, "name", to.handle.value());
  head += " /><MSG";
  attribute(head, "id", toast.message_id);
  head += '>';
  element(head, "ACTION", "url", toast.action_url);
  element(head, "SUBSCR", "url", toast.settings_url);
  head += "<BODY";
  attribute(head, "lang", toast.lcid);
  // Relative to the site like the others: an empty one would be the site itself as a picture.
  if (!toast.icon.empty()) attribute(head, "icon", toast.icon);
  head += "><TEXT>";
  return append_document(out, head, toast.text, "</TEXT></BODY></MSG></NOTIFICATION>");
}

bool append_ipg(std::string& out, const Addressee& to, const model::IncomingPage& page) {
  const bool is_report = page.undelivered != 0;
  std::string head = "<NOTIFICATION";
  attribute(head, "id", page.undelivered);
  head += ' ';
  head += kMobileHead;
  head += "<TO";
  attribute(head, "name", to.handle.value());
  attribute(head, "pid", pid_of(to.account));
  attribute(head, "email", to.handle.value());
  head += "><VIA agent=\"mobile\" /></TO><FROM";
  attribute(head, "pid", kNobody);
  attribute(head, "name",
            std::string_view(page.from).substr(0, utf8_prefix(page.from, kPagerNameBytesMax)));
  head += " /><MSG pri=\"1\"";
  attribute(head, "id", is_report ? kUndelivered : 0);
  head += '>';
  element(head, "ACTION", "url", "");
  element(head, "SUBSCR", "url", "");
  head += kPageCategory;
  head += "<BODY lang=\"1033\"><TEXT>";
  const std::string_view text = is_report ? std::string_view() : std::string_view(page.text);
  return append_document(out, head, text, "</TEXT></BODY></MSG></NOTIFICATION>");
}

Outcome<std::string> check_text(std::string_view what, std::string_view text) {
  if (!is_utf8(text)) return bad(what, ": is not UTF-8");
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == 0x7F || (byte < 0x20 && c != '\t' && c != '\n' && c != '\r')) {
      return bad(what, ": has a control character");
    }
  }
  return Ok{};
}

Outcome<std::string> check_address(std::string_view what, std::string_view address) {
  for (const char c : address) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte >= 0x7F) {
      return bad(what, ": write what is no printable ASCII, and spaces, as %XX");
    }
  }
  return Ok{};
}

Outcome<std::string> check_toast(const model::Toast& toast) {
  if (toast.text.empty()) return fail(std::string("text: must not be empty"));
  if (auto good = check_text("text", toast.text); !good) return good;
  if (auto good = check_address("site", toast.site_url); !good) return good;
  if (auto good = check_address("action", toast.action_url); !good) return good;
  if (auto good = check_address("subscribe", toast.settings_url); !good) return good;
  if (auto good = check_address("icon", toast.icon); !good) return good;
  const Handle handle = longest_handle();
  std::string document;
  if (!append_not(document, {AccountId(), handle}, toast)) {
    return fail(std::string("the addresses are too long: a client takes ") + std::to_string(kRoom) +
                " bytes in all");
  }
  return Ok{};
}

Outcome<std::string> check_page(const model::IncomingPage& page) {
  if (page.from.empty()) return fail(std::string("from: must not be empty"));
  if (page.text.empty()) return fail(std::string("text: must not be empty"));
  if (page.from.size() > kPagerNameBytesMax) {
    return fail(std::string("from: is longer than ") + std::to_string(kPagerNameBytesMax) +
                " bytes");
  }
  if (auto good = check_text("from", page.from); !good) return good;
  return check_text("text", page.text);
}

}  // namespace monarch::msnp
