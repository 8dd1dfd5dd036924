// ADD and REM (docs/protocol/notification.md#add-2-9, #rem-2).
#include "base/assert.hpp"
#include "presence/core/change_draft.hpp"
#include "presence/core/roster_rules.hpp"

namespace monarch::presence {
namespace {

using model::List;
using model::RosterEvent;

// docs/protocol/errors.md
constexpr std::uint16_t kInvalidParameter = 201;
constexpr std::uint16_t kNoSuchAccount = 205;
constexpr std::uint16_t kListFull = 210;
constexpr std::uint16_t kAlreadyThere = 215;
constexpr std::uint16_t kNotOnList = 216;
constexpr std::uint16_t kInOppositeList = 219;
constexpr std::uint16_t kNoSuchGroup = 224;
constexpr std::uint16_t kNotInThatGroup = 225;

std::size_t limit_of(const RosterRules& rules, List list) {
  switch (list) {
    case List::kForward:
      return rules.forward_max;
    case List::kAllow:
      return rules.allow_max;
    case List::kBlock:
      return rules.block_max;
    case List::kReverse:
      break;
  }
  MONARCH_ASSERT(!"nobody edits RL");
  return 0;
}

bool is_on(const Entry& entry, List list) {
  switch (list) {
    case List::kForward:
      return entry.forward;
    case List::kAllow:
      return entry.allow;
    case List::kBlock:
      return entry.block;
    case List::kReverse:
      break;
  }
  return entry.in_forward;
}

std::uint32_t& count_of(Principal& principal, List list) {
  return principal.counts.at(static_cast<std::size_t>(list));
}

bool may_see(const RosterRules& rules, const Entry& mine, bool allow) {
  return other_sees_owner(mine, allow, rules.without_allow);
}

// AL or BL has changed: he is told what he sees of the owner now, if that has become another thing.
void recompute(const RosterRules& rules, const PairView& view, ChangeDraft& draft) {
  const bool before = may_see(rules, view.mine, view.self.allow);
  const bool after = may_see(rules, draft.mine(), view.self.allow);
  if (before != after) draft.aftermath().audience = Aftermath::Audience::kOther;
}

void put_on_forward(const PairView& view, const model::AddContact& request, ChangeDraft& draft) {
  auto& other = draft.touch_other();
  auto& mine = draft.mine();
  mine.forward = true;
  mine.forward_name = request.name;
  mine.forward_order = draft.self().revision;
  mine.groups = bit_of(request.group.value_or(0));
  mine.numbers = mine.in_allow ? view.other->numbers : model::Numbers{};
  mine.numbers_cause = other.revision;

  if (mine.unlink_owed) {
    // He left with a group and has not been told so: each of the two events is his.
    mine.unlink_owed = false;
    RosterEvent gone;
    gone.kind = RosterEvent::Kind::kReverseRemoved;
    draft.other_event(std::move(gone));
  }
  auto& theirs = draft.theirs();
  theirs.in_forward = true;
  theirs.reverse_name = view.self.friendly_name;
  theirs.reverse_order = other.revision;
  RosterEvent event;
  event.kind = RosterEvent::Kind::kReverseAdded;
  event.value = view.self.friendly_name;
  draft.other_event(std::move(event));
  draft.aftermath().added = true;
}

void put_on_allow(const RosterRules& rules, const PairView& view, const model::AddContact& request,
                  ChangeDraft& draft) {
  draft.touch_other();
  auto& mine = draft.mine();
  mine.allow = true;
  mine.allow_name = request.name;
  mine.allow_order = draft.self().revision;

  auto& theirs = draft.theirs();
  theirs.in_allow = true;
  if (theirs.forward) {
    theirs.numbers = view.self.numbers;
    theirs.numbers_cause = draft.self().revision;
    for (const auto property : model::kNumberProperties) {
      auto value = model::value_of(view.self.numbers, property);
      if (value.empty() || value == "N") continue;
      RosterEvent event;
      event.kind = RosterEvent::Kind::kNumber;
      event.property = property;
      event.value = std::move(value);
      draft.other_event(std::move(event));
    }
  }
  recompute(rules, view, draft);
}

void put_on_block(const RosterRules& rules, const PairView& view, const model::AddContact& request,
                  ChangeDraft& draft) {
  draft.touch_other();
  auto& mine = draft.mine();
  mine.block = true;
  mine.block_name = request.name;
  mine.block_order = draft.self().revision;
  draft.theirs().in_block = true;
  recompute(rules, view, draft);
}

void take_off_forward(ChangeDraft& draft) {
  draft.touch_other();
  leave_forward(draft.mine());

  auto& theirs = draft.theirs();
  theirs.in_forward = false;
  theirs.reverse_name.clear();
  theirs.reverse_order = 0;
  RosterEvent event;
  event.kind = RosterEvent::Kind::kReverseRemoved;
  draft.other_event(std::move(event));
  draft.aftermath().removed = true;
}

void take_off_allow(const RosterRules& rules, const PairView& view, ChangeDraft& draft) {
  draft.touch_other();
  auto& mine = draft.mine();
  mine.allow = false;
  mine.allow_name.clear();
  mine.allow_order = 0;

  auto& theirs = draft.theirs();
  theirs.in_allow = false;
  if (theirs.forward) {
    // His next SYN shall bring the blanks. His copy may still hold a number that the owner has
    // just cleared, when its spread is owed.
    if (model::count_set(view.self.numbers) + model::count_set(theirs.numbers) > 0) {
      draft.other_event(RosterEvent{});
    }
    theirs.numbers = {};
    theirs.numbers_cause = draft.self().revision;
  }
  recompute(rules, view, draft);
}

void take_off_block(const RosterRules& rules, const PairView& view, ChangeDraft& draft) {
  draft.touch_other();
  auto& mine = draft.mine();
  mine.block = false;
  mine.block_name.clear();
  mine.block_order = 0;
  draft.theirs().in_block = false;
  recompute(rules, view, draft);
}

}  // namespace

// The numbers are those of the table of checks in docs/protocol/notification.md#add-2-9.
Decision decide(const RosterRules& rules, const PairView& view, const model::AddContact& request) {
  const bool grouping = request.group && request.list == List::kForward;
  if (!view.other) return refuse(kNoSuchAccount);                                      // 5
  if (grouping && !has_group(view.self, *request.group)) return refuse(kNoSuchGroup);  // 6
  const bool listed = is_on(view.mine, request.list);
  const bool in_group = !grouping || (view.mine.groups & bit_of(*request.group)) != 0;
  if (listed && in_group) return refuse(kAlreadyThere);                                 // 7
  if (request.list == List::kAllow && view.mine.block) return refuse(kInOppositeList);  // 8
  if (request.list == List::kBlock && view.mine.allow) return refuse(kInOppositeList);
  ChangeDraft draft(view);
  if (!listed && count_of(draft.self(), request.list) >= limit_of(rules, request.list)) {
    return refuse(kListFull);  // 9
  }
  if (view.other->account == view.self.account) return refuse(kInvalidParameter);  // 10

  RosterEvent event;
  event.kind = listed ? RosterEvent::Kind::kGrouped : RosterEvent::Kind::kListAdded;
  event.list = request.list;
  event.value = listed ? view.mine.forward_name : request.name;
  if (grouping) event.group = request.group;
  draft.touch_self(std::move(event));
  if (listed) {
    draft.mine().groups |= bit_of(*request.group);
    return std::move(draft).finish();
  }
  ++count_of(draft.self(), request.list);
  if (request.list == List::kForward) {
    put_on_forward(view, request, draft);
  } else if (request.list == List::kAllow) {
    put_on_allow(rules, view, request, draft);
  } else {
    put_on_block(rules, view, request, draft);
  }
  return std::move(draft).finish();
}

Decision decide(const RosterRules& rules, const PairView& view,
                const model::RemoveContact& request) {
  const bool grouping = request.group && request.list == List::kForward;
  if (!view.other || !is_on(view.mine, request.list)) return refuse(kNotOnList);
  if (grouping && !has_group(view.self, *request.group)) return refuse(kNoSuchGroup);
  if (grouping && (view.mine.groups & bit_of(*request.group)) == 0) return refuse(kNotInThatGroup);

  ChangeDraft draft(view);
  // A contact who leaves his last group leaves the list (docs/protocol/notification.md#rem-2).
  const bool stays = grouping && view.mine.groups != bit_of(*request.group);
  RosterEvent event;
  event.kind = stays ? RosterEvent::Kind::kUngrouped : RosterEvent::Kind::kListRemoved;
  event.list = request.list;
  if (stays) event.group = request.group;
  draft.touch_self(std::move(event));
  if (stays) {
    draft.mine().groups &= ~bit_of(*request.group);
    return std::move(draft).finish();
  }
  --count_of(draft.self(), request.list);
  if (request.list == List::kForward) {
    take_off_forward(draft);
  } else if (request.list == List::kAllow) {
    take_off_allow(rules, view, draft);
  } else {
    take_off_block(rules, view, draft);
  }
  return std::move(draft).finish();
}

}  // namespace monarch::presence
