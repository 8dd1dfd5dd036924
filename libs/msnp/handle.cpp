#include "msnp/handle.hpp"

#include <string>

#include "msnp/limits.hpp"

namespace monarch::msnp {

namespace {

Result<Handle, ErrorCode> parsed_or(std::string_view text, ErrorCode code) {
  auto handle = Handle::parse(text);
  if (!handle) return fail(code);
  return std::move(*handle);
}

// `myname@hotmail`: what would be a handle if a top-level domain followed.
bool lacks_only_a_dot(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || text.size() > kHandleBytesMax) return false;
  const std::string_view domain = text.substr(at + 1);
  return domain.find('.') == std::string_view::npos &&
         Handle::parse(std::string(text.substr(0, at)) + "@a.b") &&
         Handle::parse("a@" + std::string(domain) + ".b");
}

}  // namespace

Result<Handle, ErrorCode> sign_in_handle(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == std::string_view::npos || text.size() > kHandleBytesMax) {
    return fail(ErrorCode::kAuthenticationFailed);
  }
  if (at + 1 == text.size()) return fail(ErrorCode::kDomainMissing);
  return Handle::trusted(std::string(text));
}

Result<Handle, ErrorCode> contact_handle(std::string_view text) {
  return parsed_or(text, ErrorCode::kInvalidParameter);
}

Result<Handle, ErrorCode> callee_handle(std::string_view text) {
  if (lacks_only_a_dot(text)) return fail(ErrorCode::kNotOnline);
  return parsed_or(text, ErrorCode::kInvalidHandle);
}

}  // namespace monarch::msnp
