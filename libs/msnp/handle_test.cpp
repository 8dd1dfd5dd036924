#include "msnp/handle.hpp"

#include <gtest/gtest.h>
#include <string>

namespace monarch::msnp {
namespace {

ErrorCode sign_in_error(std::string_view text) {
  const auto handle = sign_in_handle(text);
  return handle ? ErrorCode::kNone : handle.error();
}

TEST(SignInHandle, IsLenient) {
  EXPECT_EQ(sign_in_handle("Alice@Example.com").value().value(), "alice@example.com");
  EXPECT_EQ(sign_in_error("a@b"), ErrorCode::kNone);
  EXPECT_EQ(sign_in_error("alice"), ErrorCode::kAuthenticationFailed);
  EXPECT_EQ(sign_in_error(""), ErrorCode::kAuthenticationFailed);
  EXPECT_EQ(sign_in_error("alice@"), ErrorCode::kDomainMissing);
  EXPECT_EQ(sign_in_error(std::string(127, 'x') + "@y"), ErrorCode::kNone);
  EXPECT_EQ(sign_in_error(std::string(128, 'x') + "@y"), ErrorCode::kAuthenticationFailed);
}

TEST(ContactHandle, IsStrict) {
  EXPECT_EQ(contact_handle("Bob@Example.com").value().value(), "bob@example.com");
  EXPECT_EQ(contact_handle("a@b").error(), ErrorCode::kInvalidParameter);
}

TEST(CalleeHandle, HasACodeOfItsOwn) {
  EXPECT_TRUE(callee_handle("nobody@example.com"));
  for (const char* text : {"@@a", "hello", "@", "a@"}) {
    EXPECT_EQ(callee_handle(text).error(), ErrorCode::kInvalidHandle) << text;
  }
}

TEST(CalleeHandle, NobodyIsOnlineInADomainWithoutADot) {
  for (const char* text : {"myname@hotmail", "a@b", "A.B@local-host"}) {
    EXPECT_EQ(callee_handle(text).error(), ErrorCode::kNotOnline) << text;
  }
  EXPECT_EQ(callee_handle(std::string(100, 'x') + "@yz").error(), ErrorCode::kNotOnline);
  for (const char* text : {"@hotmail", "a@b@c", "a@b!", "a@.", "a b@c"}) {
    EXPECT_EQ(callee_handle(text).error(), ErrorCode::kInvalidHandle) << text;
  }
  EXPECT_EQ(callee_handle(std::string(128, 'x') + "@yz").error(), ErrorCode::kInvalidHandle);
}

}  // namespace
}  // namespace monarch::msnp
