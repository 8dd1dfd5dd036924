#include "msnp/mime.hpp"

#include <gtest/gtest.h>
#include <string>

namespace monarch::msnp {
namespace {

// docs/protocol/sessions.md#1-msnp5-sign-in-through-dispatch-and-notification-server-full-synchronisation
TEST(Profile, IsFullFromMsnp3On) {
  const ProfileFields fields{.login_time = std::chrono::seconds(1050223062),
                             .member_id_high = 1,
                             .member_id_low = 2,
                             .preferred_email = "alice@example.com"};
  for (const auto version : {Dialect::kMsnp3, Dialect::kMsnp5, Dialect::kMsnp7}) {
    std::string payload;
    append_profile(payload, version, fields);
    EXPECT_EQ(payload,
              "MIME-Version: 1.0\r\n"
              "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
              "LoginTime: 1050223062\r\n"
              "EmailEnabled: 0\r\n"
              "MemberIdHigh: 1\r\n"
              "MemberIdLow: 2\r\n"
              "lang_preference: 1033\r\n"
              "preferredEmail: alice@example.com\r\n"
              "country: US\r\n"
              "PostalCode: \r\n"
              "Gender: \r\n"
              "Kid: 0\r\n"
              "Age: \r\n"
              "BDayPre: \r\n"
              "Birthday: \r\n"
              "Wallet: \r\n"
              "Flags: 1027\r\n"
              "sid: 507\r\n"
              "kv: 4\r\n"
              "MSPAuth: AAAAAAAAAAAAAAAA$$\r\n"
              "\r\n");
    EXPECT_EQ(payload.size(), 347U);
  }
}

TEST(Profile, IsOnlyTheTimeInMsnp2) {
  std::string payload;
  append_profile(payload, Dialect::kMsnp2, {.login_time = std::chrono::seconds(1050223200)});
  EXPECT_EQ(payload,
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/x-msmsgsprofile; charset=UTF-8\r\n"
            "LoginTime: 1050223200\r\n"
            "\r\n");
  EXPECT_EQ(payload.size(), 95U);
}

TEST(Profile, MemberIdLowIsSigned) {
  std::string payload;
  append_profile(payload, Dialect::kMsnp5, {.member_id_low = -517030579});
  EXPECT_NE(payload.find("MemberIdLow: -517030579\r\n"), std::string::npos);
}

// docs/protocol/sessions.md#13-other-msnp5-commands
TEST(SystemMessage, SaysWhenTheServerGoesDown) {
  std::string payload;
  append_system_message(payload, 5);
  EXPECT_EQ(payload,
            "MIME-Version: 1.0\r\nContent-Type: application/x-msmsgssystemmessage\r\n\r\n"
            "Type: 1\r\nArg1: 5\r\n\r\n");
  EXPECT_EQ(payload.size(), 90U);
}

}  // namespace
}  // namespace monarch::msnp
