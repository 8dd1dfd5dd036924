// The MSG payloads that tell of a mailbox (docs/protocol/notification.md#msg-from-the-ns-2): what
// lies in it when its owner signs in, what has come, what was moved. Pure; nothing here is kept.
//
// Each stays below kServerPayloadBytesMax: From and Subject are cut between two characters, ending
// with "…" (or "..."), and addresses never are (msnp/notice.hpp says why).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "model/hint.hpp"
#include "msnp/dialect.hpp"

namespace monarch::msnp {

struct MailCounts {
  std::uint32_t inbox_unread = 0;
  std::uint32_t folders_unread = 0;
  std::string inbox_url;
  std::string folders_url;
  std::string post_url;
};

// False: it does not fit, and nothing was appended.
[[nodiscard]] bool append_initial_mail(std::string& out, Dialect dialect, const MailCounts& mail);
[[nodiscard]] bool append_new_mail(std::string& out, Dialect dialect, const model::NewMail& mail);
[[nodiscard]] bool append_mail_activity(std::string& out, const model::MailActivity& activity);

// For the doors that mail events come in through; the error is for a person.
[[nodiscard]] Outcome<std::string> check_new_mail(const model::NewMail& mail);
[[nodiscard]] Outcome<std::string> check_mail_activity(const model::MailActivity& activity);

// A header's text as RFC 2047 has it: printable ASCII as it is, anything else as encoded words of
// whole characters, in `room` bytes at most; cut if it must be.
[[nodiscard]] std::string encoded_words(std::string_view text, std::size_t room);

}  // namespace monarch::msnp
