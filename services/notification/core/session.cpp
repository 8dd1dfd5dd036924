#include "notification/core/session.hpp"

#include <algorithm>
#include <utility>

#include "msnp/command_table.hpp"
#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

using model::Failed;
using model::Fault;
using model::Status;

Session::Session(Surroundings& around, std::string_view peer)
    : around_(&around),
      login_(std::make_unique<Login>(around.opening, peer,
                                     around.clock.now() + around.settings.sign_in_within)),
      tokens_from_(around.clock.now()) {}

// ---- reading ----------------------------------------------------------------------------------

void Session::receive(std::string_view bytes, Effects& effects) {
  if (state_ == State::kClosed) return;
  framer_.feed(bytes);
  pump(effects);
}

bool Session::waiting() const {
  return state_ == State::kVerifying || state_ == State::kJoining || pending_.then != nullptr ||
         reserving_ || mailing_ || paging_;
}

// The bucket holds `commands_burst` and gains `commands_per_second`
// (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules). Instead of its level it keeps the
// time at which it would be full again.
bool Session::take_token() {
  const auto& settings = around_->settings;
  const Duration interval = Duration(std::chrono::seconds(1)) / settings.commands_per_second;
  const auto now = around_->clock.now();
  if (tokens_from_ < now) tokens_from_ = now;
  if (tokens_from_ > now + interval * (settings.commands_burst - 1)) return false;
  tokens_from_ += interval;
  return true;
}

void Session::pump(Effects& effects) {
  msnp::Command command;
  throttled_ = false;
  while (state_ != State::kClosed && !waiting()) {
    const auto tokens_before = tokens_from_;
    if (!take_token()) {
      throttled_ = true;
      if (!std::exchange(paused_, true)) ++around_->counters.throttled;
      break;
    }
    const msnp::Scope scope{.dialect = dialect_, .state = signed_in() ? 1U : 0U};
    const auto step = framer_.next(&Commands::payload, scope, command);
    if (step == msnp::Framer::Step::kCommand) {
      command_since_ = around_->clock.now();
      handle(command, effects);
      continue;
    }
    tokens_from_ = tokens_before;
    if (step == msnp::Framer::Step::kNeedMore) {
      // Reading goes on when all that has been read is done, so that no more than one read piles
      // up.
      paused_ = false;
      break;
    }
    if (framer_.violation_answer() != msnp::ErrorCode::kNone &&
        msnp::is_transaction_id(command.param(0))) {
      error(framer_.violation_answer(), command.param(0), effects);
    }
    close(msnp::close_reason(framer_.violation()), effects);
  }
  if (!framer_.keep() && state_ != State::kClosed) {
    close(msnp::close_reason(framer_.violation()), effects);
  }
}

void Session::handle(const msnp::Command& command, Effects& effects) {
  if (const auto row = Commands::row_of(command.verb)) ++around_->counters.commands[*row];
  if (!signed_in()) {
    open(command, effects);
    return;
  }
  const auto match = Commands::match(command, dialect_);
  if (match.refusal != msnp::Refusal::kNone) {
    close(msnp::close_reason(match.refusal), effects);
    return;
  }
  match.row->handler(*this, match.invocation, effects);
}

// docs/protocol/dispatch.md#8-login-state-machine-ds-and-ns-msnp27
void Session::open(const msnp::Command& command, Effects& effects) {
  const auto outcome = login_->opening.handle(command, effects.send);
  dialect_ = login_->opening.dialect();
  count_error(outcome.error);
  switch (outcome.verdict) {
    case msnp::Opening::Verdict::kContinue:
      break;
    case msnp::Opening::Verdict::kIdentify:
      Commands::challenge(*this, outcome, effects);
      break;
    case msnp::Opening::Verdict::kRespond:
      Commands::check(*this, outcome, effects);
      break;
    case msnp::Opening::Verdict::kClose:
      close(outcome.reason, effects);
      break;
  }
}

// ---- what handlers use ------------------------------------------------------------------------

void Session::count_error(msnp::ErrorCode code) {
  if (code != msnp::ErrorCode::kNone) around_->counters.errors.count(code);
}

void Session::error(msnp::ErrorCode code, std::string_view trid, Effects& effects) {
  count_error(code);
  lines(effects).error(code, trid);
}

void Session::close(CloseReason reason, Effects& effects) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  pending_ = {};
  effects.ask.reset();
  effects.verify.reset();
  effects.reserve.reset();
  effects.mail.reset();
  effects.page.reset();
  effects.chore.reset();
  effects.close = reason;
}

void Session::ask(model::Request request, std::string_view trid, Then then, Effects& effects,
                  std::uint8_t detail) {
  pending_.trid = trid;
  pending_.then = then;
  pending_.detail = detail;
  effects.ask = std::move(request);
  effects.asked_for_since = command_since_;
}

model::Attempt Session::attempt() {
  return {.session = ref_, .sequence = ++sequence_, .shown = ledger_.shown()};
}

Session::Bursts& Session::bursts() {
  if (!bursts_) bursts_ = std::make_unique<Bursts>();
  return *bursts_;
}

Session::Outside& Session::outside() {
  if (!outside_) outside_ = std::make_unique<Outside>();
  return *outside_;
}

bool Session::is_burst(std::vector<TimePoint>& times, std::size_t most) const {
  const auto since = around_->clock.now() - around_->settings.burst_window;
  times.erase(
      std::remove_if(times.begin(), times.end(), [since](TimePoint time) { return time <= since; }),
      times.end());
  return times.size() >= most;
}

// docs/protocol/presence-and-privacy.md#8-the-same-account-signs-in-twice
void Session::signed_out_elsewhere(Effects& effects) {
  if (state_ == State::kClosed) return;
  lines(effects).out("OTH");
  close(CloseReason::kSignedInElsewhere, effects);
}

// ---- answers ----------------------------------------------------------------------------------

void Session::verified(const Verified& answer, Effects& effects) {
  if (state_ != State::kVerifying) return;
  Commands::join(*this, answer, effects);
  pump(effects);
}

SessionId Session::renew() {
  // 0 is no session.
  std::uint64_t id = 0;
  while (id == 0) id = around_->random.next();
  ref_.session = SessionId(id);
  return ref_.session;
}

void Session::answer(const model::Request& asked, model::Reply reply, Effects& effects) {
  if (state_ == State::kClosed || pending_.then == nullptr) return;
  const auto* failed = std::get_if<Failed>(&reply);
  if (failed != nullptr && failed->fault == Fault::kFenced) {
    signed_out_elsewhere(effects);
    return;
  }
  const Pending pending = std::exchange(pending_, {});
  pending.then(*this, {pending.trid, asked, reply, pending.detail}, effects);
  start_chores(effects);
  pump(effects);
}

void Session::reserved(const Reserved& answer, Effects& effects) {
  if (!reserving_ || state_ == State::kClosed) return;
  reserving_ = false;
  Commands::switchboard_reserved(*this, answer, effects);
  start_chores(effects);
  pump(effects);
}

void Session::mailed(Delivery outcome, Effects& effects) {
  if (!mailing_ || state_ == State::kClosed) return;
  mailing_ = false;
  Commands::mail_carried(*this, outcome, effects);
  start_chores(effects);
  pump(effects);
}

void Session::paged(Delivery outcome, Effects& effects) {
  if (!paging_ || state_ == State::kClosed) return;
  paging_ = false;
  Commands::page_carried(*this, outcome, effects);
  start_chores(effects);
  pump(effects);
}

// ---- hints ------------------------------------------------------------------------------------

Fate Session::present(const model::ContactState& state) {
  if (!signed_in() || !watch_) return Fate::kClosed;
  const auto fate = watch_->offer(state, adding_, around_->settings.held_hints_max);
  return fate;
}

Fate Session::roster(const model::RosterEvent& event, Effects& effects) {
  if (!signed_in()) return Fate::kClosed;
  const auto fate = ledger_.offer(event, serial_lines(effects), around_->clock.now(),
                                  around_->settings.held_events_max);
  if (ledger_.take_overflow()) ++around_->counters.hints_overflowed;
  // Without SYN no line tells of a contact that somebody else has made, but his presence shows:
  // docs/protocol/presence-and-privacy.md#7-presence-snapshot, the gates are independent.
  const bool unread = fate == Fate::kClosed && event.kind == model::RosterEvent::Kind::kListAdded;
  if (unread && watch_ && event.list == model::List::kForward) watch_->suspect_newcomer();
  start_chores(effects);
  return fate;
}

// docs/protocol/notification.md#rng-2
void Session::ring(const model::RingHint& hint, Effects& effects) {
  if (!signed_in() || !model::is_shown(status_) || ims_off_) return;
  lines(effects).rng(std::to_string(hint.conversation), hint.address, hint.ticket, hint.caller,
                     hint.caller_name);
}

void Session::kick(model::KickReason reason, Effects& effects) {
  if (state_ == State::kClosed) return;
  if (reason == model::KickReason::kSignedInElsewhere) {
    signed_out_elsewhere(effects);
    return;
  }
  lines(effects).out();
  close(CloseReason::kKicked, effects);
}

void Session::shut_down(Effects& effects) {
  if (state_ == State::kClosed) return;
  if (signed_in()) lines(effects).out("SSD");
  close(CloseReason::kShutdown, effects);
}

// ---- slow truth: ARCHITECTURE.md#rule-4 ------------------------------------------------------

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

// ---- chores -----------------------------------------------------------------------------------

model::ChangeStatus Session::announcement(Status status, bool ims_off) {
  return {.session = ref_,
          .status = status,
          .first = !watch_ || !watch_->open(),
          .ims_off = ims_off,
          .sequence = ++status_sequence_};
}

void Session::ask_status(Status status, bool ims_off, std::string_view trid, Then then,
                         Effects& effects) {
  if (!watch_) watch_ = std::make_unique<Watch>();
  if (!watch_->open()) watch_->begin_snapshot();
  ask(announcement(status, ims_off), trid, then, effects);
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

std::size_t Session::heap_bytes() const {
  const auto text = [](const std::string& string) {
    constexpr std::size_t kInline = 15;
    return string.capacity() > kInline ? string.capacity() + 1 : 0;
  };
  std::size_t bytes =
      text(handle_.value()) + text(friendly_name_) + text(pending_.trid) + framer_.buffered();
  bytes += ledger_.heap_bytes();
  if (login_) bytes += sizeof(Login) + text(login_->challenge) + text(login_->peer);
  if (watch_) bytes += sizeof(Watch) + watch_->heap_bytes();
  if (bursts_) {
    bytes += sizeof(Bursts) + (bursts_->renames.capacity() + bursts_->properties.capacity() +
                               bursts_->switchboards.capacity()) *
                                  sizeof(TimePoint);
  }
  if (stash_) bytes += sizeof(model::Roster);
  if (challenges_) bytes += sizeof(Challenges) + text(challenges_->question);
  if (outside_) {
    bytes += sizeof(Outside) + outside_->found.capacity() * sizeof(std::string);
    for (const auto& handle : outside_->found) bytes += text(handle);
  }
  return bytes;
}

}  // namespace monarch::notification
