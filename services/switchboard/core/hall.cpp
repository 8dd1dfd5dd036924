#include "switchboard/core/hall.hpp"

#include <utility>

#include "base/assert.hpp"
#include "msnp/encoder.hpp"
#include "switchboard/core/commands/table.hpp"

namespace monarch::switchboard {

using msnp::Framer;

Hall::Hall(const Settings& settings, Wire& wire, PresenceDoor& presence, const Clock& clock,
           Random& random)
    : settings_(settings),
      wire_(wire),
      presence_(presence),
      clock_(clock),
      random_(random),
      now_(clock.now()),
      rate_(settings.messages_per_second, settings.messages_burst),
      tickets_(settings.tickets_max, settings.tickets_per_account_max),
      ids_(random) {}

bool Hall::connected(ConnectionId connection) {
  now_ = clock_.now();
  if (sessions_.size() >= settings_.connections_max) {
    ++counters_.connections_refused;
    return false;
  }
  auto session = std::make_unique<Session>(connection, now_, settings_.authenticate_within);
  schedule(*session);
  const bool is_new = sessions_.emplace(connection, std::move(session)).second;
  MONARCH_ASSERT(is_new);
  ++counters_.connections;
  return true;
}

void Hall::received(ConnectionId connection, std::string_view bytes) {
  now_ = clock_.now();
  counters_.bytes_received += bytes.size();
  Session* session = find(connection);
  if (session == nullptr) return;
  serve(*session, bytes);
  leave_entry();
}

void Hall::disconnected(ConnectionId connection, CloseReason reason) {
  now_ = clock_.now();
  Session* session = find(connection);
  if (session == nullptr) return;
  session->wire_gone = true;
  close(*session, reason);
  leave_entry();
}

Result<std::string, NoTicket> Hall::reserve(Identity identity) {
  now_ = clock_.now();
  Result<std::string, NoTicket> ticket = fail(NoTicket::kDraining);
  if (sessions_.size() >= settings_.connections_max) {
    ticket = fail(NoTicket::kFull);
  } else if (!draining_) {
    const AccountId owner = identity.account;
    ticket = tickets_.issue({.kind = Ticket::Kind::kBegin,
                             .holder = std::move(identity),
                             .conversation = {},
                             .owner = owner,
                             .expires = now_ + settings_.ticket_lifetime},
                            clock_.unix_time(), random_);
  }
  if (ticket) {
    ++counters_.tickets_reserved;
  } else {
    ++counters_.tickets_refused[static_cast<std::size_t>(ticket.error())];
  }
  return ticket;
}

std::size_t Hall::shut_down(std::size_t most) {
  now_ = clock_.now();
  for (const auto& [id, session] : sessions_) {
    if (leaving_.size() >= most) break;
    if (session->state == Session::State::kIn && !session->closed) {
      Conversation& conversation = *session->conversation;
      close_all(conversation, CloseReason::kShutdown);
      review(conversation);
    }
    close(*session, CloseReason::kShutdown);
  }
  leave_entry();
  return sessions_.size();
}

std::optional<TimePoint> Hall::deadline() const {
  const auto timer = timers_.next();
  const auto ticket = tickets_.next_expiry();
  if (!timer || (ticket && *ticket < *timer)) return ticket;
  return timer;
}

void Hall::advance() {
  now_ = clock_.now();
  while (const auto due = timers_.due(now_)) {
    if (due->kind == Timers::Kind::kSession) {
      look_at(*sessions_.at(ConnectionId(due->id)));
    } else {
      look_at(*conversations_.at(ConversationId(static_cast<std::uint32_t>(due->id))));
    }
  }
  counters_.tickets_expired += tickets_.expire(now_);
  leave_entry();
}

Session* Hall::find(ConnectionId connection) {
  const auto found = sessions_.find(connection);
  return found == sessions_.end() || found->second->closed ? nullptr : found->second.get();
}

// `bytes` may be empty: then it goes on with what it has kept.
void Hall::serve(Session& session, std::string_view bytes) {
  served_ = &session;
  session.framer.feed(bytes);
  pump(session);
  if (!session.closed && !session.framer.keep()) close(session, CloseReason::kBacklog);
  flush();
  served_ = nullptr;
  settle();
}

void Hall::pump(Session& session) {
  msnp::Command command;
  while (!session.closed && session.waiting == Session::Waiting::kNo) {
    session.command.end(counters_.commands);
    if (!session.bucket.ready(rate_, now_)) {
      // Reading goes on when all that has been read is done, so that no more than one read piles
      // up.
      if (!session.paused) {
        session.paused = true;
        ++counters_.throttled;
        wire_.pause(session.connection);
      }
      return schedule(session);
    }
    switch (session.framer.next(&payload_rule, session.scope(), command)) {
      case Framer::Step::kNeedMore:
        if (!session.paused) return;
        session.paused = false;
        wire_.resume(session.connection);
        return schedule(session);
      case Framer::Step::kViolation:
        return close(session, msnp::close_reason(session.framer.violation()));
      case Framer::Step::kCommand:
        session.bucket.take(rate_, now_);
        handle(session, command);
        settle();
        break;
    }
  }
}

void Hall::handle(Session& session, const msnp::Command& command) {
  const auto match = match_command(command, session.scope());
  if (match.row != nullptr) session.command.begin(row_number(*match.row));
  if (match.refusal != msnp::Refusal::kNone) {
    return close(session, msnp::close_reason(match.refusal));
  }
  match.row->handler(*this, session, match.invocation);
}

void Hall::schedule(Session& session) {
  std::optional<TimePoint> at;
  if (session.paused) at = session.bucket.ready_at(rate_);
  if (session.stranger() && (!at || session.authenticate_by < *at)) at = session.authenticate_by;
  timers_.set(Timers::Kind::kSession, session.connection.value(), session.scheduled, at);
}

void Hall::send(Session& session, std::string_view bytes) {
  if (&session != served_) {
    // Who does not take it is closed by settle().
    static_cast<void>(post(session, bytes));
  } else if (!session.closed) {
    reply_.append(bytes);
  }
}

void Hall::error(Session& session, msnp::ErrorCode code, std::string_view trid) {
  std::string line;
  msnp::Encoder(line).error(code, trid);
  counters_.errors.count(code);
  session.command.failed();
  send(session, line);
}

bool Hall::post(Session& session, std::string_view bytes) {
  if (session.closed || session.overrun) return false;
  return sent(session, wire_.send(session.connection, bytes), bytes.size());
}

bool Hall::post(Session& session, const SharedBytes& bytes) {
  if (session.closed || session.overrun) return false;
  return sent(session, wire_.send(session.connection, bytes), bytes->size());
}

bool Hall::sent(Session& session, bool taken, std::size_t size) {
  if (taken) {
    counters_.bytes_sent += size;
  } else {
    session.overrun = true;
    overrun_.push_back(&session);
  }
  return taken;
}

void Hall::close(Session& session, CloseReason reason) {
  if (session.closed) return;
  session.closed = true;
  session.command.closed(reason);
  session.command.end(counters_.commands);
  ++counters_.closes[static_cast<std::size_t>(reason)];
  timers_.set(Timers::Kind::kSession, session.connection.value(), session.scheduled, std::nullopt);
  leaving_.push_back(session.connection);
  withdraw(session);
}

// Removes those who do not read; that tells the others, some of whom may not read either.
void Hall::settle() {
  while (!overrun_.empty()) {
    Session* session = overrun_.back();
    overrun_.pop_back();
    close(*session, CloseReason::kSlowReader);
  }
}

void Hall::flush() {
  if (reply_.empty()) return;
  if (!served_->wire_gone && !served_->overrun) {
    static_cast<void>(sent(*served_, wire_.send(served_->connection, reply_), reply_.size()));
  }
  reply_.clear();
}

void Hall::leave_entry() {
  settle();
  // Serving may not make it longer: only an answer or the time ends a waiting.
  for (const ConnectionId connection : std::exchange(resuming_, {})) {
    if (Session* session = find(connection)) serve(*session, {});
  }
  for (const ConnectionId connection : leaving_) {
    const auto place = sessions_.find(connection);
    if (!place->second->wire_gone) wire_.close(connection);
    sessions_.erase(place);
  }
  leaving_.clear();
}

}  // namespace monarch::switchboard
