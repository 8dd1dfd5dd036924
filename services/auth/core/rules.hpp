// What an account may look like: text that people typed becomes values that the core trusts. Pure
// functions; the failure is a text for a person and never repeats a secret.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "auth/core/registrar.hpp"
#include "base/handle.hpp"
#include "base/result.hpp"

namespace monarch::auth {

inline constexpr std::size_t kPasswordBytesMax = 64;
// docs/protocol/framing.md#7-limits: a name counts as it stands on the wire.
inline constexpr std::size_t kNameTokenBytesMax = 387;

[[nodiscard]] Result<Handle, std::string> check_handle(std::string_view text);

// 1 to 64 bytes without control characters; beyond that the bytes are the client's business.
[[nodiscard]] Outcome<std::string> check_password(std::string_view password);

// The token that clients are shown, from a name as typed. Empty stays empty: the handle then.
[[nodiscard]] Result<std::string, std::string> encode_friendly_name(std::string_view name);

[[nodiscard]] Result<Application, std::string> check_application(std::string_view handle,
                                                                 std::string_view password,
                                                                 std::string_view name);

}  // namespace monarch::auth
