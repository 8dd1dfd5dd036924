// Session: what comparisons are told of it, and what it makes of what they found
// (ARCHITECTURE.md#rule-4).
#include <utility>

#include "notification/core/commands/commands.hpp"
#include "notification/core/session.hpp"

namespace monarch::notification {

using model::Status;

std::optional<Status> Session::status() const {
  return status_ == Status::kOffline ? std::nullopt : std::optional(status_);
}

model::SessionReport Session::report() const {
  model::SessionReport report{.session = ref_,
                              .shown = ledger_.shown(),
                              .status = status(),
                              .ims_off = ims_off_,
                              .contacts = {}};
  // Before the first CHG is answered nothing has been shown; what is under way is not compared.
  if (watch_ && watch_->open()) report.contacts = watch_->report();
  return report;
}

// A CHG or IMS that is being asked is newer than what is announced here: if presence has it
// already, this must not undo it.
model::OpenSession::Resume Session::resume() const {
  const bool changing =
      pending_.then == &Commands::status_changed || pending_.then == &Commands::ims_changed;
  return {.token = ref_.token,
          .status = status(),
          .ims_off = ims_off_,
          .sequence = status_sequence_ - (changing ? 1 : 0)};
}

void Session::compared(const model::SessionVerdict& verdict, const model::SessionReport& reported,
                       Effects& effects) {
  if (!signed_in()) return;
  auto& repairs = around_->counters.repairs;
  const auto count = [&repairs](Repair kind) { ++repairs[static_cast<std::size_t>(kind)]; };
  if (verdict.kind == model::SessionVerdict::Kind::kSuperseded) {
    count(Repair::kSuperseded);
    signed_out_elsewhere(effects);
    return;
  }
  // What the journal has for a client, he reads before it is acted upon.
  const bool behind = ledger_.synchronised() && is_newer(verdict.serial, ledger_.shown());
  for (const auto& state : verdict.contacts) {
    const auto fate = present(state);
    // A version alone rises in a healthy cluster too: when BLP changes for others, for instance.
    if (fate == Fate::kShown) count(Repair::kContact);
    // Somebody is in the forward list that we know nothing of: an ADD of unknown outcome.
    if (fate == Fate::kForeign && pending_.then == nullptr && !behind) {
      count(Repair::kContact);
      doubt_contacts();
    }
    if (fate != Fate::kShown) continue;
    auto encoder = lines(effects);
    append_presence(encoder, state);
  }
  if (verdict.serial != Serial() && ledger_.expect(verdict.serial, around_->clock.now())) {
    count(Repair::kSerial);
  }
  const bool settled = pending_.then == nullptr && chore_ == Chore::kNone && !unannounced_;
  const bool unchanged = reported.status == status() && reported.ims_off == ims_off_;
  if (verdict.status_differs && settled && unchanged && status()) {
    count(Repair::kStatus);
    announce_later(around_->clock.now());
  }
  start_chores(effects);
}

}  // namespace monarch::notification
