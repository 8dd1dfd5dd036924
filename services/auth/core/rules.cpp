#include "auth/core/rules.hpp"

#include <utility>

#include "msnp/url_coding.hpp"

namespace monarch::auth {

namespace {

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

Result<Handle, std::string> check_handle(std::string_view text) {
  if (text.empty()) return fail(std::string("the email is empty"));
  if (text.size() > Handle::kBytesMax) {
    return fail("the email is longer than " + std::to_string(Handle::kBytesMax) + " bytes");
  }
  auto handle = Handle::parse(text);
  if (!handle) return fail(std::string("the email must have the form name@domain.tld"));
  return *std::move(handle);
}

Outcome<std::string> check_password(std::string_view password) {
  if (password.empty()) return fail(std::string("the password is empty"));
  if (password.size() > kPasswordBytesMax) {
    return fail("the password is longer than " + std::to_string(kPasswordBytesMax) + " bytes");
  }
  for (const char c : password) {
    if (is_control(c)) return fail(std::string("the password contains a control character"));
  }
  return Ok{};
}

Result<std::string, std::string> encode_friendly_name(std::string_view name) {
  if (!msnp::is_utf8(name)) return fail(std::string("the name is not UTF-8"));
  for (const char c : name) {
    if (is_control(c)) return fail(std::string("the name contains a control character"));
  }
  std::string token = msnp::encode_name(name);
  if (token.size() > kNameTokenBytesMax) {
    return fail("the name takes " + std::to_string(token.size()) + " bytes on the wire, at most " +
                std::to_string(kNameTokenBytesMax) + " are allowed");
  }
  return token;
}

Result<Application, std::string> check_application(std::string_view handle,
                                                   std::string_view password,
                                                   std::string_view name) {
  auto checked = check_handle(handle);
  if (!checked) return fail(checked.error());
  const auto good = check_password(password);
  if (!good) return fail(good.error());
  auto token = encode_friendly_name(name);
  if (!token) return fail(token.error());
  return Application{*std::move(checked), Secret(password), *std::move(token)};
}

}  // namespace monarch::auth
