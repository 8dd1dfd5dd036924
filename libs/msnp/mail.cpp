#include "msnp/mail.hpp"

#include <algorithm>
#include <array>

#include "msnp/limits.hpp"
#include "msnp/mime.hpp"
#include "msnp/notice.hpp"

namespace monarch::msnp {
namespace {

constexpr std::string_view kInitialType = "text/x-msmsgsinitialemailnotification; charset=UTF-8";
constexpr std::string_view kNewType = "text/x-msmsgsemailnotification; charset=UTF-8";
constexpr std::string_view kActivityType = "text/x-msmsgsactivemailnotification; charset=UTF-8";
// docs/protocol/versions.md#2-changes-msnp2--msnp7: one for both.
constexpr std::string_view kOldType = "application/x-msmsgsemailnotification; charset=UTF-8";

// RFC 2047, section 2: a word has at most 75 characters, of which these are not its text's.
constexpr std::string_view kWordBegin = "=?UTF-8?B?";
constexpr std::string_view kWordEnd = "?=";
constexpr std::size_t kWordBytesMax = 45;  // before base64 makes 60 of them
// Of From in a client's bubble, when Subject needs the room.
constexpr std::size_t kFromBytesMax = 256;
constexpr std::size_t kFolderBytesMax = 64;
// docs/protocol/framing.md#4-payload-commands: below, not up to.
constexpr std::size_t kRoom = kServerPayloadBytesMax - 1;

bool is_plain(std::string_view text) {
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
  // What looks like an encoded word would be taken for one; white space at the ends gets lost.
  return printable && text.find("=?") == std::string_view::npos &&
         (text.empty() || (text.front() != ' ' && text.back() != ' '));
}

void append_base64(std::string& out, std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    const auto byte = [&](std::size_t i) {
      return at + i < bytes.size() ? static_cast<unsigned char>(bytes[at + i]) : 0U;
    };
    const unsigned three = byte(0) << 16U | byte(1) << 8U | byte(2);
    const std::size_t left = bytes.size() - at;
    out += kDigits[three >> 18U];
    out += kDigits[three >> 12U & 63U];
    out += left > 1 ? kDigits[three >> 6U & 63U] : '=';
    out += left > 2 ? kDigits[three & 63U] : '=';
  }
}

std::string encode(std::string_view text) {
  if (is_plain(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    // Not UTF-8 after all: bytes as they are, rather than none.
    const std::size_t length = std::max<std::size_t>(utf8_prefix(text, kWordBytesMax), 1);
    if (!out.empty()) out += ' ';
    out += kWordBegin;
    append_base64(out, text.substr(0, length));
    out += kWordEnd;
    text.remove_prefix(length);
  }
  return out;
}

// What is no line's business must not end one.
std::string one_line(std::string_view text) {
  std::string line(text);
  for (char& c : line) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7F) c = ' ';
  }
  return line;
}

bool append_whole(std::string& out, const std::string& payload) {
  if (payload.size() > kRoom) return false;
  out += payload;
  return true;
}

std::string new_mail(Dialect dialect, const model::NewMail& mail, std::string_view from,
                     std::string_view subject) {
  const bool text_types = dialect.has(Feature::kTextMailTypes);
  std::string payload;
  MimeHeaders mime(payload, text_types ? kNewType : kOldType);
  mime.end();
  mime.field("From", from);
  mime.field("Message-URL", one_line(mail.message_url));
  mime.field("Post-URL", one_line(mail.post_url));
  mime.field("Subject", subject);
  mime.field("Dest-Folder", one_line(mail.folder));
  mime.field("From-Addr", one_line(mail.from_address));
  if (text_types) mime.field("id", std::int64_t{mail.site_id});
  mime.end();
  return payload;
}

Outcome<std::string> check_folder(std::string_view what, std::string_view folder) {
  if (folder.size() > kFolderBytesMax) {
    return fail(std::string(what) + ": is longer than " + std::to_string(kFolderBytesMax) +
                " bytes");
  }
  return check_address(what, folder);
}

}  // namespace

std::string encoded_words(std::string_view text, std::size_t room) {
  const std::string line = one_line(text);
  std::string encoded = encode(line);
  if (encoded.size() <= room) return encoded;
  const std::string_view mark = is_plain(line) ? std::string_view("...") : kCut;
  // Base64 makes text longer, never shorter: more than `room` bytes of it cannot stay.
  for (std::size_t keep = std::min(line.size(), room) + 1; keep > 0;) {
    keep = utf8_prefix(line, keep - 1);
    encoded = encode(line.substr(0, keep) + std::string(mark));
    if (encoded.size() <= room) return encoded;
  }
  return {};
}

bool append_initial_mail(std::string& out, Dialect dialect, const MailCounts& mail) {
  std::string payload;
  MimeHeaders mime(payload, dialect.has(Feature::kTextMailTypes) ? kInitialType : kOldType);
  mime.end();
  mime.field("Inbox-Unread", std::int64_t{mail.inbox_unread});
  mime.field("Folders-Unread", std::int64_t{mail.folders_unread});
  mime.field("Inbox-URL", one_line(mail.inbox_url));
  mime.field("Folders-URL", one_line(mail.folders_url));
  mime.field("Post-URL", one_line(mail.post_url));
  mime.end();
  return append_whole(out, payload);
}

bool append_new_mail(std::string& out, Dialect dialect, const model::NewMail& mail) {
  const std::string from = encoded_words(mail.from, kFromBytesMax);
  const std::size_t fixed = new_mail(dialect, mail, from, {}).size();
  if (fixed > kRoom) return false;
  const std::string subject = encoded_words(mail.subject, kRoom - fixed);
  return append_whole(out, new_mail(dialect, mail, from, subject));
}

bool append_mail_activity(std::string& out, const model::MailActivity& activity) {
  std::string payload;
  MimeHeaders mime(payload, kActivityType);
  mime.end();
  mime.field("Src-Folder", one_line(activity.source_folder));
  mime.field("Dest-Folder", one_line(activity.destination_folder));
  mime.field("Message-Delta", std::int64_t{activity.delta});
  mime.end();
  return append_whole(out, payload);
}

Outcome<std::string> check_new_mail(const model::NewMail& mail) {
  if (auto good = check_text("from", mail.from); !good) return good;
  if (auto good = check_text("subject", mail.subject); !good) return good;
  if (auto good = check_address("from_address", mail.from_address); !good) return good;
  if (auto good = check_address("message_url", mail.message_url); !good) return good;
  if (auto good = check_address("post_url", mail.post_url); !good) return good;
  if (auto good = check_folder("folder", mail.folder); !good) return good;
  std::string payload;
  if (!append_new_mail(payload, Dialect::kMsnp7, mail)) {
    return fail(std::string("the addresses are too long: a client takes ") + std::to_string(kRoom) +
                " bytes in all");
  }
  return Ok{};
}

Outcome<std::string> check_mail_activity(const model::MailActivity& activity) {
  if (auto good = check_folder("source_folder", activity.source_folder); !good) return good;
  return check_folder("destination_folder", activity.destination_folder);
}

}  // namespace monarch::msnp
