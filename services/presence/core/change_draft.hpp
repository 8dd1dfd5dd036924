// A decision in the making: keeps revisions, serials, journal rows and the aftermath in step while
// a rule of roster_rules changes the rows. Lives for one call of a rule.
#pragma once

#include <cstdint>
#include <utility>

#include "presence/core/ports.hpp"

namespace monarch::presence {

[[nodiscard]] inline Decision refuse(std::uint16_t code) {
  Decision decision;
  decision.refused = code;
  return decision;
}

class ChangeDraft {
 public:
  explicit ChangeDraft(const PairView& view) : view_(view) { decision_.self = view.self; }

  [[nodiscard]] Principal& self() { return decision_.self; }
  [[nodiscard]] Aftermath& aftermath() { return decision_.aftermath; }

  // The owner's own change: one serial, one revision, and what a session that never had the reply
  // is shown of it, if anything.
  void touch_self(model::RosterEvent event = {}) {
    ++self().revision;
    self().serial = next(self().serial);
    event.serial = self().serial;
    if (view_.other) event.other = view_.other->handle;
    if (view_.other && event.kind != model::RosterEvent::Kind::kSilent) {
      event.account = view_.other->account;
    }
    decision_.aftermath.self.events.push_back(std::move(event));
  }

  [[nodiscard]] Entry& mine() {
    if (!decision_.mine) decision_.mine = view_.mine;
    return *decision_.mine;
  }

  // Another row of the owner's, one of PairView::members.
  void member(Entry entry) { decision_.members.push_back(std::move(entry)); }

  // A row of the other's changes: one revision, no serial yet.
  Principal& touch_other() {
    if (!decision_.other) {
      decision_.other = view_.other;
      ++decision_.other->revision;
      decision_.theirs = view_.theirs;
    }
    return *decision_.other;
  }
  // After touch_other().
  [[nodiscard]] Entry& theirs() { return *decision_.theirs; }

  // After touch_other(): one serial of the other's, with what his session shows of it.
  void other_event(model::RosterEvent event) {
    decision_.other->serial = next(decision_.other->serial);
    event.serial = decision_.other->serial;
    event.other = view_.self.handle;
    other_events_.push_back(std::move(event));
  }

  [[nodiscard]] Decision finish() && {
    auto& told = decision_.aftermath;
    told.self.account = self().account;
    told.self_handle = self().handle;
    told.self.profile = profile_of(self());
    if (decision_.other) {
      told.other = Affected{decision_.other->account, profile_of(*decision_.other),
                            std::move(other_events_)};
      told.other_handle = decision_.other->handle;
    }
    return std::move(decision_);
  }

 private:
  const PairView& view_;
  Decision decision_;
  std::vector<model::RosterEvent> other_events_;
};

}  // namespace monarch::presence
