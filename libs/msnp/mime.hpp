// The MIME payloads that a notification server makes itself, headers in the order that clients of
// the field depend on (docs/protocol/framing.md#5-mime-messages).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "msnp/dialect.hpp"

namespace monarch::msnp {

// One header block: a payload whose fields keep the order they are added in.
class MimeHeaders {
 public:
  // Starts with `MIME-Version: 1.0` and the content type.
  MimeHeaders(std::string& out, std::string_view content_type);
  // An empty value leaves `Name: `, as the original did.
  void field(std::string_view name, std::string_view value);
  void field(std::string_view name, std::int64_t value);
  // The blank line; what is appended after it is the body.
  void end();

 private:
  std::string* out_;
};

// docs/protocol/notification.md#profile-textx-msmsgsprofile. The defaults are what an account
// without anything special gets.
struct ProfileFields {
  std::chrono::seconds login_time{0};
  bool email_enabled = false;
  std::uint32_t member_id_high = 0;
  std::int32_t member_id_low = 0;
  std::uint32_t lang_preference = 1033;
  std::string_view preferred_email = {};
  std::string_view country = "US";
  std::string_view postal_code = {};
  std::string_view gender = {};
  bool kid = false;
  std::string_view age = {};
  std::string_view birthday_pre = {};
  std::string_view birthday = {};
  std::string_view wallet = {};
  std::uint32_t flags = 1027;
  std::uint32_t sid = 507;
  std::uint32_t kv = 4;
  std::string_view msp_auth = "AAAAAAAAAAAAAAAA$$";
};

// The payload of the profile MSG in the form of `dialect`.
void append_profile(std::string& out, Dialect dialect, const ProfileFields& fields);

// "The server goes down in `minutes`"
// (docs/protocol/notification.md#system-message-applicationx-msmsgssystemmessage).
void append_system_message(std::string& out, std::uint32_t minutes);

}  // namespace monarch::msnp
