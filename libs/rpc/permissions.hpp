// Who may call what in the cluster: one table, by the role that a certificate names
// (docs/security.md#who-may-call-what). Constants; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace monarch::rpc {

// Sets of roles: a bit each.
using Roles = std::uint8_t;
inline constexpr Roles kAuth = 1;
inline constexpr Roles kPresence = 2;
inline constexpr Roles kNotification = 4;
inline constexpr Roles kSwitchboard = 8;
inline constexpr Roles kDispatch = 16;
inline constexpr Roles kAdmin = 32;    // monarchctl
inline constexpr Roles kMailbox = 64;  // the operator's mail system
// Whoever the authority has signed, of a role or not.
inline constexpr Roles kAnybody = 0xFF;

struct Permission {
  std::string_view service;
  Roles callers;
  // Changes or shows what is the operator's: each call is audited, and needs the token where
  // certificates do not say who calls.
  bool administrative;
};

// Of a method as gRPC names it, "/monarch.auth.v1.Accounts/Create"; null: nobody may call it.
[[nodiscard]] const Permission* find_permission(std::string_view path);

// The role that this DNS name stands for, "auth.monarch.internal"; 0: none.
[[nodiscard]] Roles role_of(std::string_view dns_name);
// "auth", several with a plus between; "nobody".
[[nodiscard]] std::string to_string(Roles roles);

// "/monarch.auth.v1.Accounts/Create" as people read it: "Accounts/Create".
[[nodiscard]] std::string_view short_name(std::string_view path);

}  // namespace monarch::rpc
