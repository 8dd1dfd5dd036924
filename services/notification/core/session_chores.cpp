// Session: what it does by itself, and when: announcing a status late, asking who its contacts are,
// filling a gap from the journal (ARCHITECTURE.md#rule-2, #rule-6, #rule-11).
#include <algorithm>
#include <utility>

#include "notification/core/commands/commands.hpp"
#include "notification/core/session.hpp"

namespace monarch::notification {

using model::Failed;
using model::Fault;
using model::Status;

model::ChangeStatus Session::announcement(Status status, bool ims_off) {
  return {.session = ref_,
          .status = status,
          .first = !watch_ || !watch_->open(),
          .ims_off = ims_off,
          .sequence = ++status_sequence_};
}

model::Trace Session::trace() {
  return {.id = model::TraceId(++around_->last_trace), .received = command_since_};
}

void Session::ask_status(model::ChangeStatus change, std::string_view trid, Then then,
                         Effects& effects) {
  if (!watch_) watch_ = std::make_unique<Watch>();
  if (!watch_->open()) watch_->begin_snapshot();
  ask(std::move(change), trid, then, effects);
}

void Session::announce_later(TimePoint when) {
  unannounced_ = true;
  announce_at_ = when;
}

void Session::doubt_contacts() {
  if (!watch_ || !watch_->open()) return;
  watch_->doubt();
  announce_later(around_->clock.now());
}

std::optional<TimePoint> Session::due() const {
  if (state_ == State::kClosed) return std::nullopt;
  std::optional<TimePoint> earliest;
  const auto consider = [&earliest](TimePoint when) {
    if (!earliest || when < *earliest) earliest = when;
  };
  if (login_) consider(login_->deadline);
  if (throttled_) {
    const auto& settings = around_->settings;
    const Duration interval = Duration(std::chrono::seconds(1)) / settings.commands_per_second;
    consider(tokens_from_ - interval * (settings.commands_burst - 1));
  }
  // A command's reply may fill a gap or announce a status by itself: it is waited for.
  if (signed_in() && chore_ == Chore::kNone && pending_.then == nullptr) {
    if (unannounced_) consider(announce_at_);
    if (const auto since = ledger_.gap_since()) consider(*since + around_->settings.gap_wait);
  }
  if (const auto when = challenges_due()) consider(*when);
  return earliest;
}

void Session::advance(Effects& effects) {
  if (state_ == State::kClosed) return;
  if (login_ && around_->clock.now() >= login_->deadline) {
    close(CloseReason::kLoginTimeout, effects);
    return;
  }
  if (!advance_challenges(effects)) return;
  start_chores(effects);
  if (throttled_) pump(effects);
}

void Session::start_chores(Effects& effects) {
  if (!signed_in()) return;
  if (watch_ && watch_->take_overflow()) {
    ++around_->counters.hints_overflowed;
    effects.compare = true;
  }
  if (watch_ && watch_->take_newcomer()) doubt_contacts();
  if (chore_ != Chore::kNone || pending_.then != nullptr) return;
  const auto now = around_->clock.now();
  if (unannounced_ && now >= announce_at_) {
    chore_ = Chore::kAnnounce;
    if (watch_ && !watch_->open()) watch_->begin_snapshot();
    effects.chore = announcement(status_, ims_off_);
    return;
  }
  const auto since = ledger_.gap_since();
  if (since && now >= *since + around_->settings.gap_wait) {
    chore_ = Chore::kJournal;
    ++around_->counters.gaps;
    effects.chore = model::ReadJournal{.session = ref_, .after = ledger_.shown()};
  }
}

void Session::finish(const model::Request& chore, const model::Reply& reply, Effects& effects) {
  if (!signed_in()) return;
  const auto* failed = std::get_if<Failed>(&reply);
  if (failed != nullptr && failed->fault == Fault::kFenced) {
    signed_out_elsewhere(effects);
    return;
  }
  chore_ = Chore::kNone;
  if (const auto* announced = std::get_if<model::ChangeStatus>(&chore)) {
    finish_announcement(*announced, reply, effects);
  } else {
    finish_journal(reply, effects);
  }
  start_chores(effects);
}

// ARCHITECTURE.md#rule-11: contacts of a first CHG that presence learns late arrive as NLN.
void Session::finish_announcement(const model::ChangeStatus& chore, const model::Reply& reply,
                                  Effects& effects) {
  const auto now = around_->clock.now();
  const auto* changed = std::get_if<model::StatusChanged>(&reply);
  if (changed == nullptr) {
    if (unannounced_) announce_at_ = now + around_->settings.announce_retry;
    return;
  }
  // A CHG or IMS that came meanwhile was answered at once; it is announced next.
  if (chore.status == status_ && chore.ims_off == ims_off_) {
    unannounced_ = false;
  } else {
    announce_at_ = now;
  }
  if (!watch_) return;
  if (chore.first && !adding_) {
    auto encoder = lines(effects);
    watch_->snapshot(changed->contacts, {}, encoder);
  } else if (!watch_->open()) {
    // The contacts have come into doubt while it was under way; or one of those it names may be the
    // one whose ADD is not answered yet, and must not be shown before that.
    announce_later(now);
  }
}

void Session::finish_journal(const model::Reply& reply, Effects& effects) {
  ledger_.retry_from(around_->clock.now());
  // The command may be a change that is in this journal already, or a SYN whose dump is older: its
  // own reply tells what lies before it, and what lies after is asked for again.
  if (pending_.then != nullptr) return;
  const auto* journal = std::get_if<model::Journal>(&reply);
  if (journal == nullptr) return;
  ledger_.catch_up(journal->events, serial_lines(effects));
  if (journal->trimmed) Commands::reach(*this, journal->serial, effects);
}

}  // namespace monarch::notification
