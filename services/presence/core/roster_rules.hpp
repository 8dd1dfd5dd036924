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
  // docs/protocol/framing.md#7-limits: bytes of the encoded token.
  std::size_t group_name_max = 61;
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
// roster_rules_groups.cpp. Removing one needs PairView::members.
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::AddGroup& request);
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::RenameGroup& request);
[[nodiscard]] Decision decide(const RosterRules& rules, const PairView& view,
                              const model::RemoveGroup& request);

[[nodiscard]] inline model::GroupSet bit_of(model::GroupId group) {
  return group < model::kGroupsMax ? model::GroupSet{1} << group : 0;
}
[[nodiscard]] bool has_group(const Principal& principal, model::GroupId id);

}  // namespace monarch::presence
