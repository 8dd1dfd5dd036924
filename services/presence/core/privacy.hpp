// Who may do what to whom: the table of docs/protocol/presence-and-privacy.md, section 3. Pure
// functions of rows and records; any thread.
#pragma once

#include <cstdint>

#include "model/presence.hpp"
#include "presence/core/ports.hpp"
#include "presence/core/roster_data.hpp"

namespace monarch::presence {

// What someone sees who is in neither AL nor BL: the setting presence_without_al.
enum class PresenceWithoutAllow : std::uint8_t { kFollowBlp, kDeny };

struct Effective {
  bool presence = false;
  bool chat = false;
  bool numbers = false;

  friend bool operator==(const Effective&, const Effective&) = default;
};

// effective(A, B) of B in BL(A), B in AL(A) and BLP(A) is AL.
[[nodiscard]] Effective effective(bool in_block, bool in_allow, bool allow_by_default,
                                  PresenceWithoutAllow without_allow);

// Whether the other one of the owner's row may see the owner, whose BLP is `allow_by_default`.
[[nodiscard]] bool other_sees_owner(const Entry& entry, bool allow_by_default,
                                    PresenceWithoutAllow without_allow);
// Whether the owner of the row may see the other one, whose BLP is `allow_by_default`.
[[nodiscard]] bool owner_sees_other(const Entry& entry, bool allow_by_default,
                                    PresenceWithoutAllow without_allow);

// What someone is told of an account who may or may not see it.
[[nodiscard]] model::ContactState state_of(const OnlineRecord& record, const Handle& handle,
                                           bool may_see);

}  // namespace monarch::presence
