// What each command makes of the text in the place of a handle; the codes differ by command.
#pragma once

#include <string_view>

#include "base/handle.hpp"
#include "base/result.hpp"
#include "msnp/error_code.hpp"

namespace monarch::msnp {

// USR I: 911 without '@' or above 129 bytes, 206 with an empty domain. More lenient than an ADD:
// whether such an account exists is found out later (docs/protocol/dispatch.md#4-usr).
[[nodiscard]] Result<Handle, ErrorCode> sign_in_handle(std::string_view text);

// ADD: 201 (docs/protocol/notification.md#add-2-9, check 4).
[[nodiscard]] Result<Handle, ErrorCode> contact_handle(std::string_view text);

// CAL: 208, but 217 for a domain without a dot, for such a handle is well-formed and nobody has it
// (docs/protocol/switchboard.md#4-errors-of-cal).
[[nodiscard]] Result<Handle, ErrorCode> callee_handle(std::string_view text);

}  // namespace monarch::msnp
