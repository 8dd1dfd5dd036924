#include "auth/core/rules.hpp"

#include <gtest/gtest.h>

namespace monarch::auth {
namespace {

TEST(Rules, HandlesAreLowerCasedOrRefusedWithAReason) {
  EXPECT_EQ(check_handle("Alice@Example.COM")->value(), "alice@example.com");
  for (const char* bad : {"", "alice", "@example.com", "alice@", "alice@host", "a b@example.com"}) {
    const auto handle = check_handle(bad);
    ASSERT_FALSE(handle.ok()) << bad;
    EXPECT_FALSE(handle.error().empty());
  }
  EXPECT_FALSE(check_handle(std::string(130, 'a') + "@example.com").ok());
}

TEST(Rules, PasswordsAreAnyBytesButControlOnes) {
  EXPECT_TRUE(check_password("x").ok());
  EXPECT_TRUE(check_password("correct horse").ok());
  EXPECT_TRUE(check_password("p\xC3\xA4sswort").ok());
  EXPECT_TRUE(check_password(std::string(64, 'x')).ok());
  EXPECT_FALSE(check_password("").ok());
  EXPECT_FALSE(check_password(std::string(65, 'x')).ok());
  EXPECT_FALSE(check_password("a\tb").ok());
  EXPECT_FALSE(check_password(std::string_view("a\0b", 3)).ok());
  EXPECT_EQ(check_password("geheim\n").error().find("geheim"), std::string::npos);
}

TEST(Rules, NamesBecomeTokens) {
  EXPECT_EQ(*encode_friendly_name("Alice Smith"), "Alice%20Smith");
  EXPECT_EQ(*encode_friendly_name(""), "");
  EXPECT_TRUE(encode_friendly_name(std::string(387, 'x')).ok());
  EXPECT_FALSE(encode_friendly_name(std::string(388, 'x')).ok());
  EXPECT_FALSE(encode_friendly_name(std::string(130, ' ')).ok());
  EXPECT_FALSE(encode_friendly_name("a\r\nb").ok());
  EXPECT_FALSE(encode_friendly_name("\xFF").ok());
}

TEST(Rules, AnApplicationSaysWhatIsWrongWithIt) {
  const auto good = check_application("Bob@example.com", "geheim", "Bob & Co");
  ASSERT_TRUE(good.ok());
  EXPECT_EQ(good->handle.value(), "bob@example.com");
  EXPECT_EQ(good->password.view(), "geheim");
  EXPECT_EQ(good->friendly_name, "Bob%20%26%20Co");
  EXPECT_NE(check_application("bob", "geheim", "").error().find("email"), std::string::npos);
  EXPECT_NE(check_application("bob@e.com", "", "").error().find("password"), std::string::npos);
  EXPECT_NE(check_application("bob@e.com", "x", "\x01").error().find("name"), std::string::npos);
}

}  // namespace
}  // namespace monarch::auth
