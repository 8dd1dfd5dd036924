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
    command_.end(around_->counters.commands);
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
  if (around_->witness != nullptr) around_->witness->received(ref_.session, command);
  command_.begin(Commands::row_of(command.verb));
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
  if (code == msnp::ErrorCode::kNone) return;
  around_->counters.errors.count(code);
  command_.failed();
}

void Session::error(msnp::ErrorCode code, std::string_view trid, Effects& effects) {
  count_error(code);
  lines(effects).error(code, trid);
}

void Session::close(CloseReason reason, Effects& effects) {
  if (state_ == State::kClosed) return;
  state_ = State::kClosed;
  command_.closed(reason);
  command_.end(around_->counters.commands);
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
