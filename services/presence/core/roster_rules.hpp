// What each list operation does: checks in the order of docs/protocol/notification.md, effects and
// serials of docs/protocol/presence-and-privacy.md, sections 2 and 4. Pure functions of a locked
// pair of principals; the store calls them inside its transaction, on any thread.
#pragma once

#include <cstddef>

#include "model/presence.hpp"
#include "presence/core/ports.hpp"
#include "presence/core/privacy.hpp"

namespace monarch::presence {

struct RosterRules {
  // docs/protocol/presence-and-privacy.md#6-list-size-limits.
  std::size_t forward_max = 150;
  std::size_t allow_max = 1000;
  std::size_t block_max = 1000;
  PresenceWithoutAllow without_allow = PresenceWithoutAllow::kFollowBlp;
};

[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::AddContact& request);
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::RemoveContact& request);
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::Rename& request);
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::SetProperty& request);
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::SetPrompting& request);
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::SetDefaultPrivacy& request);

}  // namespace monarch::presence
