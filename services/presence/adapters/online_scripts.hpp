// The Lua scripts by which the online record of an account changes: one hash per account, each
// script atomic and confined to that account's slot. What they do is said at the commands of
// presence/core/ports.hpp. Made once per process.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/ids.hpp"
#include "stores/redis_reply.hpp"

namespace monarch::presence::scripts {

// The hash of an account; the braces keep all that belongs to it in one slot of Redis Cluster.
[[nodiscard]] inline std::string online_key(AccountId account) {
  return "monarch:{" + std::to_string(account.value()) + "}:online";
}

// The fields of the record, in the order in which scripts return them (after kind and known, before
// displaced session and node, was_shown and was_at) and in which HMGET asks for them.
inline constexpr std::array<std::string_view, 15> kFields = {
    "g", "c", "s", "tg", "tc", "n", "d", "st", "h", "nm", "al", "se", "rv", "im", "sq"};
inline constexpr std::string_view kSession = kFields[2];
inline constexpr std::string_view kNode = kFields[5];
inline constexpr std::size_t kReplyWidth = 2 + kFields.size() + 4;

// Arguments of all: generation, time to live of a tombstone in ms; then
//   open: session, node, dialect, handle, name, allow, serial, revision,
//         resume ("1" or ""), its token's generation and counter, its status ("" for none),
//         IMS ("1": off) and sequence
//   close: session
//   status: session, token generation, token counter, status, IMS, sequence
//   stamp: name, allow, serial, revision, raise ("1" or "")
[[nodiscard]] const stores::Script& open();
[[nodiscard]] const stores::Script& close();
[[nodiscard]] const stores::Script& status();
[[nodiscard]] const stores::Script& stamp();

// Key monarch:generation, argument the generation; returns the one that holds now.
[[nodiscard]] const stores::Script& begin_generation();

}  // namespace monarch::presence::scripts
