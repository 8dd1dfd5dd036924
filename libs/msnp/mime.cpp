#include "msnp/mime.hpp"

namespace monarch::msnp {

MimeHeaders::MimeHeaders(std::string& out, std::string_view content_type) : out_(&out) {
  field("MIME-Version", "1.0");
  field("Content-Type", content_type);
}

void MimeHeaders::field(std::string_view name, std::string_view value) {
  out_->append(name);
  out_->append(": ");
  out_->append(value);
  out_->append("\r\n");
}

void MimeHeaders::field(std::string_view name, std::int64_t value) {
  field(name, std::string_view(std::to_string(value)));
}

void MimeHeaders::end() { out_->append("\r\n"); }

void append_profile(std::string& out, Dialect dialect, const ProfileFields& fields) {
  MimeHeaders mime(out, "text/x-msmsgsprofile; charset=UTF-8");
  mime.field("LoginTime", static_cast<std::int64_t>(fields.login_time.count()));
  if (dialect.has(Feature::kFullProfile)) {
    const auto flag = [](bool on) { return std::string_view(on ? "1" : "0"); };
    mime.field("EmailEnabled", flag(fields.email_enabled));
    mime.field("MemberIdHigh", std::int64_t{fields.member_id_high});
    mime.field("MemberIdLow", std::int64_t{fields.member_id_low});
    mime.field("lang_preference", std::int64_t{fields.lang_preference});
    mime.field("preferredEmail", fields.preferred_email);
    mime.field("country", fields.country);
    mime.field("PostalCode", fields.postal_code);
    mime.field("Gender", fields.gender);
    mime.field("Kid", flag(fields.kid));
    mime.field("Age", fields.age);
    mime.field("BDayPre", fields.birthday_pre);
    mime.field("Birthday", fields.birthday);
    mime.field("Wallet", fields.wallet);
    mime.field("Flags", std::int64_t{fields.flags});
    mime.field("sid", std::int64_t{fields.sid});
    mime.field("kv", std::int64_t{fields.kv});
    mime.field("MSPAuth", fields.msp_auth);
  }
  mime.end();
}

void append_system_message(std::string& out, std::uint32_t minutes) {
  MimeHeaders mime(out, "application/x-msmsgssystemmessage");
  mime.end();
  // The body is a header block itself.
  mime.field("Type", std::string_view("1"));
  mime.field("Arg1", std::int64_t{minutes});
  mime.end();
}

}  // namespace monarch::msnp
