// ADG, REG and RMG (docs/protocol/notification.md#adg-reg-rmg-7).
#include <algorithm>
#include <utility>

#include "presence/core/change_draft.hpp"
#include "presence/core/roster_rules.hpp"

namespace monarch::presence {
namespace {

// docs/protocol/errors.md
constexpr std::uint16_t kTooManyGroups = 223;
constexpr std::uint16_t kNoSuchGroup = 224;
constexpr std::uint16_t kNameTooLong = 229;
constexpr std::uint16_t kNotGroupZero = 230;
constexpr std::size_t kForwardCount = static_cast<std::size_t>(model::List::kForward);

// In the order of their numbers, as LSG shows them.
std::vector<model::Group>::iterator place_of(Principal& principal, model::GroupId id) {
  return std::lower_bound(
      principal.groups.begin(), principal.groups.end(), id,
      [](const model::Group& group, model::GroupId key) { return group.id < key; });
}

model::GroupId lowest_free(const Principal& principal) {
  model::GroupId id = 1;
  while (has_group(principal, id)) ++id;
  return id;
}

}  // namespace

bool has_group(const Principal& principal, model::GroupId id) {
  return std::any_of(principal.groups.begin(), principal.groups.end(),
                     [id](const model::Group& group) { return group.id == id; });
}

Decision decide(const RosterRules& rules, const PairView& view, const model::AddGroup& request) {
  // Group 0 is one of them and is always there, so below the limit a number is free.
  if (view.self.groups.size() >= model::kGroupsMax) return refuse(kTooManyGroups);
  if (request.name.size() > rules.group_name_max) return refuse(kNameTooLong);
  ChangeDraft draft(view);
  draft.touch_self();
  const model::GroupId id = lowest_free(draft.self());
  draft.self().groups.insert(place_of(draft.self(), id), {id, request.name});
  draft.aftermath().group = id;
  return std::move(draft).finish();
}

Decision decide(const RosterRules& rules, const PairView& view, const model::RenameGroup& request) {
  if (request.name.size() > rules.group_name_max) return refuse(kNameTooLong);
  if (!has_group(view.self, request.group)) return refuse(kNoSuchGroup);
  ChangeDraft draft(view);
  draft.touch_self();
  place_of(draft.self(), request.group)->name = request.name;
  return std::move(draft).finish();
}

// The owner's own rows change here, all at once: for him the group and whoever was in no other are
// gone. What those contacts' rows say of him follows in batches
// (docs/decisions/0011-groups-go-in-two-steps.md).
Decision decide(const RosterRules& /*rules*/, const PairView& view,
                const model::RemoveGroup& request) {
  if (request.group == 0) return refuse(kNotGroupZero);
  if (!has_group(view.self, request.group)) return refuse(kNoSuchGroup);
  ChangeDraft draft(view);
  draft.touch_self();
  auto& self = draft.self();
  self.groups.erase(place_of(self, request.group));
  auto& told = draft.aftermath();
  for (const auto& member : view.members) {
    if (member.unlink_owed) {
      told.overdue.push_back(member.other);
      continue;
    }
    if (!member.forward || (member.groups & bit_of(request.group)) == 0) continue;
    Entry row = member;
    row.groups &= ~bit_of(request.group);
    if (row.groups == 0) {
      leave_forward(row);
      row.unlink_owed = true;
      --self.counts.at(kForwardCount);
      told.left.push_back(row.other);
    }
    draft.member(std::move(row));
  }
  if (!told.left.empty() || !told.overdue.empty()) self.unlink_owed = self.revision;
  return std::move(draft).finish();
}

}  // namespace monarch::presence
