#include <utility>

#include "base/assert.hpp"
#include "msnp/encoder.hpp"
#include "switchboard/core/hall.hpp"

namespace monarch::switchboard {

using msnp::Encoder;
using msnp::ErrorCode;

const Ticket* Hall::check(Session& session, std::string_view trid, std::string_view ticket,
                          Ticket::Kind kind, std::string_view handle) {
  const auto found = tickets_.find(ticket, kind, Handle::trusted(std::string(handle)), now_);
  const auto result = found ? Redeemed::kOk : found.error();
  ++counters_.tickets_redeemed[static_cast<std::size_t>(result)];
  if (found) return *found;
  error(session, ErrorCode::kAuthenticationFailed, trid);
  close(session, CloseReason::kSignInRefused);
  return nullptr;
}

void Hall::begin(Session& session, std::string_view trid, std::string_view ticket) {
  session.identity = std::move(tickets_.take(ticket)->holder);
  session.state = Session::State::kIn;
  schedule(session);

  ConversationId id = ids_.next();
  while (conversations_.contains(id)) id = ids_.next();
  auto& conversation =
      conversations_.emplace(id, std::make_unique<Conversation>(id, now_)).first->second;
  ++counters_.conversations;
  session.conversation = conversation.get();
  const bool joined = conversation->join(session, now_);
  MONARCH_ASSERT(joined);
  review(*conversation);

  scratch_.clear();
  Encoder(scratch_).usr_sb(trid, session.identity.handle, session.identity.name);
  send(session, scratch_);
}

void Hall::answer(Session& session, std::string_view trid, std::string_view ticket) {
  const auto used = tickets_.take(ticket);
  // A callee's ticket ends with his invitation, and that keeps the conversation alive.
  Conversation& conversation = *conversations_.at(used->conversation);
  Invitation* invitation = conversation.invitation(ticket);
  MONARCH_ASSERT(invitation != nullptr);
  session.conversation = &conversation;
  if (invitation->ringing) {
    return join(session, trid, conversation.take(*invitation, now_).callee);
  }
  invitation->spent = true;
  invitation->answering = session.connection;
  session.waiting = Session::Waiting::kForRinging;
  session.trid = trid;
  schedule(session);
  ++counters_.answers_held;
}

// docs/protocol/switchboard.md#3-answering
void Hall::join(Session& session, std::string_view trid, Identity identity) {
  Conversation& conversation = *session.conversation;
  session.identity = std::move(identity);
  session.waiting = Session::Waiting::kNo;
  if (!conversation.join(session, now_)) {
    session.conversation = nullptr;
    error(session, ErrorCode::kAlreadyThere, trid);
    close(session, CloseReason::kSignInRefused);
    return review(conversation);
  }
  session.state = Session::State::kIn;
  schedule(session);
  ++counters_.joined;

  const auto& all = conversation.participants();
  scratch_.clear();
  Encoder encoder(scratch_);
  for (std::size_t i = 0; i + 1 < all.size(); ++i) {
    encoder.iro(trid, i + 1, all.size() - 1, all[i]->identity.handle, all[i]->identity.name);
  }
  encoder.ans(trid);
  send(session, scratch_);

  scratch_.clear();
  encoder.joi(session.identity.handle, session.identity.name);
  broadcast(conversation, &session, scratch_);
  review(conversation);
}

// docs/protocol/switchboard.md#6-leaving
void Hall::withdraw(Session& session) {
  Conversation* conversation = std::exchange(session.conversation, nullptr);
  if (conversation == nullptr) return;
  if (session.waiting == Session::Waiting::kForRinging) {
    conversation->invitation(session.connection)->answering = {};
    return;
  }
  conversation->leave(session, now_);
  scratch_.clear();
  Encoder(scratch_).bye(session.identity.handle, false);
  broadcast(*conversation, nullptr, scratch_);
  review(*conversation);
}

Outcome<NoTicket> Hall::ring(Session& session, std::string_view trid, Handle callee) {
  Conversation& conversation = *session.conversation;
  Identity holder;
  holder.handle = callee;
  auto ticket = tickets_.issue({.kind = Ticket::Kind::kJoin,
                                .holder = holder,
                                .conversation = conversation.id(),
                                .owner = session.identity.account,
                                .expires = now_ + settings_.ringing_time},
                               clock_.unix_time(), random_);
  if (!ticket) {
    ++counters_.tickets_refused[static_cast<std::size_t>(ticket.error())];
    return fail(ticket.error());
  }
  ++counters_.tickets_rung;
  const RequestId request(++requests_made_);
  conversation.invite({.request = request,
                       .callee = std::move(holder),
                       .ticket = *ticket,
                       .since = now_,
                       .caller = session.connection,
                       .trid = std::string(trid)},
                      now_);
  requests_.emplace(request, &conversation);
  session.waiting = Session::Waiting::kForPresence;
  review(conversation);
  presence_.invite(request, {.caller = session.identity.account,
                             .caller_handle = session.identity.handle,
                             .caller_name = session.identity.name,
                             .callee = std::move(callee),
                             .conversation = conversation.id(),
                             .address = settings_.advertised,
                             .ticket = std::move(*ticket)});
  return Ok{};
}

void Hall::invited(RequestId id, Invited answer) {
  now_ = clock_.now();
  const auto request = requests_.find(id);
  if (request == requests_.end()) return;
  Conversation& conversation = *request->second;
  Invitation& invitation = *conversation.invitation(id);
  switch (answer.result) {
    case Invited::Result::kReachable:
      rang(conversation, invitation, std::move(answer));
      break;
    case Invited::Result::kNotAvailable:
      refuse(conversation, invitation, Call::kNotAvailable);
      break;
    case Invited::Result::kUnreachable:
      refuse(conversation, invitation, Call::kUnreachable);
      break;
  }
  leave_entry();
}

void Hall::rang(Conversation& conversation, Invitation& invitation, Invited answer) {
  requests_.erase(invitation.request);
  ++counters_.calls[static_cast<std::size_t>(Call::kRinging)];
  if (Session* caller = find(invitation.caller)) {
    caller->waiting = Session::Waiting::kNo;
    caller->failed_calls.clear();
    scratch_.clear();
    Encoder(scratch_).cal(invitation.trid, conversation.text());
    send(*caller, scratch_);
    resuming_.push_back(caller->connection);
  }
  invitation.ringing = true;
  invitation.callee.account = answer.account;
  invitation.callee.session = answer.session;
  invitation.callee.dialect = answer.dialect;
  invitation.callee.name = std::move(answer.name);
  if (!invitation.spent) return review(conversation);

  Invitation answered = conversation.take(invitation, now_);
  Session* callee = find(answered.answering);
  if (callee == nullptr) return review(conversation);
  resuming_.push_back(callee->connection);
  join(*callee, callee->trid, std::move(answered.callee));
}

// The callee cannot come: his ticket is void, and whoever has shown it already is sent away.
void Hall::refuse(Conversation& conversation, const Invitation& invitation, Call result) {
  requests_.erase(invitation.request);
  const Invitation refused = conversation.take(invitation, now_);
  tickets_.take(refused.ticket);
  if (Session* callee = find(refused.answering)) {
    callee->conversation = nullptr;
    error(*callee, ErrorCode::kAuthenticationFailed, callee->trid);
    close(*callee, CloseReason::kSignInRefused);
  }
  if (Session* caller = find(refused.caller)) {
    caller->waiting = Session::Waiting::kNo;
    refuse_call(*caller, result, refused.trid);
    resuming_.push_back(caller->connection);
  }
  review(conversation);
}

void Hall::refuse_call(Session& session, Call result, std::string_view trid) {
  ++counters_.calls[static_cast<std::size_t>(result)];
  session.failed_calls.push_back(now_);
  error(session, ErrorCode::kNotOnline, trid);
}

// docs/protocol/switchboard.md#5-messages
bool Hall::relay(Session& session, std::string_view payload) {
  const auto& all = session.conversation->participants();
  session.conversation->message(now_);
  ++counters_.messages;
  if (all.size() < 2) return false;
  scratch_.clear();
  Encoder(scratch_).msg(session.identity.handle, session.identity.name, payload);
  // Two people share nothing: what the kernel takes at once is never copied.
  const SharedBytes shared =
      all.size() > 2 ? std::make_shared<const std::string>(scratch_) : SharedBytes();
  std::size_t taken = 0;
  for (Session* other : all) {
    if (other == &session) continue;
    if (shared ? post(*other, shared) : post(*other, scratch_)) ++taken;
  }
  counters_.deliveries += taken;
  counters_.deliveries_lost += all.size() - 1 - taken;
  return taken == all.size() - 1;
}

void Hall::broadcast(const Conversation& conversation, const Session* but, std::string_view line) {
  for (Session* session : conversation.participants()) {
    if (session != but) send(*session, line);
  }
}

void Hall::review(Conversation& conversation) {
  const bool over = conversation.size() == 0;
  timers_.set(Timers::Kind::kConversation, conversation.id().value(), conversation.scheduled,
              over ? std::nullopt : conversation.deadline(settings_));
  if (over) conversations_.erase(conversation.id());
}

void Hall::look_at(Session& session) {
  timers_.set(Timers::Kind::kSession, session.connection.value(), session.scheduled, std::nullopt);
  if (session.stranger() && session.authenticate_by <= now_) {
    return close(session, CloseReason::kLoginTimeout);
  }
  resuming_.push_back(session.connection);
}

void Hall::look_at(Conversation& conversation) {
  if (Invitation* invitation = conversation.overdue(settings_, now_)) {
    if (!invitation->ringing) return refuse(conversation, *invitation, Call::kTimedOut);
    ++counters_.rings_expired;
    ++counters_.tickets_expired;
    tickets_.take(conversation.take(*invitation, now_).ticket);
    return review(conversation);
  }
  switch (conversation.end(settings_, now_)) {
    case Conversation::End::kNone:
      break;
    case Conversation::End::kIdle:
      ++counters_.idle_ends;
      end_idle(conversation);
      break;
    case Conversation::End::kAlone:
      ++counters_.alone_ends;
      close_all(conversation, CloseReason::kIdle);
      break;
  }
  review(conversation);
}

void Hall::end_idle(Conversation& conversation) {
  for (Session* session : conversation.participants()) {
    scratch_.clear();
    Encoder encoder(scratch_);
    for (const Session* other : conversation.participants()) {
      if (other != session) encoder.bye(other->identity.handle, true);
    }
    send(*session, scratch_);
  }
  close_all(conversation, CloseReason::kIdle);
}

// Without a BYE: nobody stays.
void Hall::close_all(Conversation& conversation, CloseReason reason) {
  for (Session* session : conversation.dismiss(now_)) {
    session->conversation = nullptr;
    close(*session, reason);
  }
}

}  // namespace monarch::switchboard
