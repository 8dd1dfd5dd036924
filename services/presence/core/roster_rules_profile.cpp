// REA, PRP, GTC and BLP (docs/protocol/notification.md#rea-2-9, #prp-5, #gtc-2, #blp-2).
#include "presence/core/change_draft.hpp"
#include "presence/core/roster_rules.hpp"

namespace monarch::presence {
namespace {

constexpr std::uint16_t kNotOnList = 216;
constexpr std::uint16_t kAlreadyInMode = 218;
constexpr std::size_t kAllowCount = static_cast<std::size_t>(model::List::kAllow);

}  // namespace

Decision decide(const RosterRules& /*rules*/, const PairView& view, const model::Rename& request) {
  ChangeDraft draft(view);
  if (request.handle == view.self.handle.value()) {
    draft.touch_self();
    draft.self().friendly_name = request.name;
    // The name that is there already: nobody else is told.
    if (request.name != view.self.friendly_name) {
      draft.aftermath().audience = Aftermath::Audience::kWatchers;
    }
    return std::move(draft).finish();
  }
  // Being only in RL is being in none of the lists.
  if (!view.other || !(view.mine.forward || view.mine.allow || view.mine.block)) {
    return refuse(kNotOnList);
  }
  draft.touch_self();
  auto& mine = draft.mine();
  if (mine.forward) mine.forward_name = request.name;
  if (mine.allow) mine.allow_name = request.name;
  if (mine.block) mine.block_name = request.name;
  return std::move(draft).finish();
}

Decision decide(const RosterRules& /*rules*/, const PairView& view,
                const model::SetProperty& request) {
  ChangeDraft draft(view);
  auto& self = draft.self();
  if (request.property == model::Property::kMobileDevice) {
    draft.touch_self();
    self.mobile_device = request.value == "Y";
    draft.aftermath().value = self.mobile_device ? "Y" : "N";
    return std::move(draft).finish();
  }
  if (request.property == model::Property::kMobile && !view.self.mobile_device) {
    // Without a mobile device MOB stays as it is and the serial does not move.
    draft.aftermath().value = "N";
    return std::move(draft).finish();
  }
  draft.touch_self();
  model::set_value(self.numbers, request.property, request.value);
  if (self.numbers != view.self.numbers) self.spread_owed = self.revision;
  // With nobody in AL there is nobody to follow; and what an earlier change still owes, because
  // presence died and its session with it, is told along with this one.
  if (self.counts.at(kAllowCount) == 0) self.spread_owed = 0;
  draft.aftermath().spread = self.spread_owed;
  draft.aftermath().value = model::value_of(self.numbers, request.property);
  return std::move(draft).finish();
}

Decision decide(const RosterRules& /*rules*/, const PairView& view,
                const model::SetPrompting& request) {
  if (request.ask == view.self.ask) return refuse(kAlreadyInMode);
  ChangeDraft draft(view);
  draft.touch_self();
  draft.self().ask = request.ask;
  return std::move(draft).finish();
}

Decision decide(const RosterRules& rules, const PairView& view,
                const model::SetDefaultPrivacy& request) {
  if (request.allow == view.self.allow) return refuse(kAlreadyInMode);
  ChangeDraft draft(view);
  draft.touch_self();
  draft.self().allow = request.allow;
  if (rules.without_allow == PresenceWithoutAllow::kFollowBlp) {
    draft.aftermath().audience = Aftermath::Audience::kUndecided;
  }
  return std::move(draft).finish();
}

}  // namespace monarch::presence
