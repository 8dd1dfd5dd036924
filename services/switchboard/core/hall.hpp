// Hall: what an Exchange is inside: sessions, conversations and tickets, and what the commands do
// with them. Owned by its exchange, on its loop.
//
// How it is called: an entry of the exchange does what it has to, then leave_entry() closes what is
// to be closed; until then a closed session still exists. What the session that is being served is
// told goes out together; what others are told goes out at once, for whether they took it decides
// between ACK and NAK.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "msnp/error_code.hpp"
#include "switchboard/core/conversation.hpp"
#include "switchboard/core/counters.hpp"
#include "switchboard/core/ports.hpp"
#include "switchboard/core/session.hpp"
#include "switchboard/core/settings.hpp"
#include "switchboard/core/tickets.hpp"
#include "switchboard/core/timers.hpp"

namespace monarch::switchboard {

class Hall {
 public:
  Hall(const Settings& settings, Wire& wire, PresenceDoor& presence, const Clock& clock,
       Random& random);

  // ---- the entries of Exchange ----
  [[nodiscard]] bool connected(ConnectionId connection);
  void received(ConnectionId connection, std::string_view bytes);
  void disconnected(ConnectionId connection, CloseReason reason);
  [[nodiscard]] Result<std::string, NoTicket> reserve(Identity identity);
  void invited(RequestId id, Invited answer);
  void advance();
  [[nodiscard]] std::optional<TimePoint> deadline() const;
  void drain() { draining_ = true; }
  std::size_t shut_down(std::size_t most);

  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] std::size_t connections() const { return sessions_.size(); }
  [[nodiscard]] std::size_t conversations() const { return conversations_.size(); }
  [[nodiscard]] std::size_t tickets() const { return tickets_.size(); }
  [[nodiscard]] const Counters& counters() const { return counters_; }

  // ---- for the commands ----
  [[nodiscard]] const Settings& settings() const { return settings_; }
  [[nodiscard]] TimePoint now() const { return now_; }
  [[nodiscard]] Counters& count() { return counters_; }

  // The ticket of that text, when this session may use it. Null: it was told 911 and closed.
  [[nodiscard]] const Ticket* check(Session& session, std::string_view trid,
                                    std::string_view ticket, Ticket::Kind kind,
                                    std::string_view handle);
  // USR with a ticket that was checked: a conversation of its own.
  void begin(Session& session, std::string_view trid, std::string_view ticket);
  // ANS with a ticket that was checked: into the conversation, or to wait until it rings.
  void answer(Session& session, std::string_view trid, std::string_view ticket);
  // CAL, after what can be said without presence.
  [[nodiscard]] Outcome<NoTicket> ring(Session& session, std::string_view trid, Handle callee);
  // MSG: whether it was handed to everybody else, and there is somebody else.
  [[nodiscard]] bool relay(Session& session, std::string_view payload);

  void send(Session& session, std::string_view bytes);
  void error(Session& session, msnp::ErrorCode code, std::string_view trid);
  // Takes it out of its conversation and tells the others.
  void close(Session& session, CloseReason reason);

  // 217: counts as a failed call of this connection.
  void refuse_call(Session& session, Call result, std::string_view trid);

 private:
  // hall.cpp: reading, sending, closing
  [[nodiscard]] Session* find(ConnectionId connection);
  void serve(Session& session, std::string_view bytes);
  void pump(Session& session);
  void handle(Session& session, const msnp::Command& command);
  void schedule(Session& session);
  [[nodiscard]] bool post(Session& session, std::string_view bytes);
  [[nodiscard]] bool post(Session& session, const SharedBytes& bytes);
  bool sent(Session& session, bool taken, std::size_t size);
  void settle();
  void flush();
  void leave_entry();

  // hall_conversations.cpp: joining, leaving, ringing, time
  void join(Session& session, std::string_view trid, Identity identity);
  void withdraw(Session& session);
  void rang(Conversation& conversation, Invitation& invitation, Invited answer);
  void refuse(Conversation& conversation, const Invitation& invitation, Call result);
  void broadcast(const Conversation& conversation, const Session* but, std::string_view line);
  // The last thing that an entry does with a conversation: it may end.
  void review(Conversation& conversation);
  void look_at(Session& session);
  void look_at(Conversation& conversation);
  void end_idle(Conversation& conversation);
  void close_all(Conversation& conversation, CloseReason reason);

  const Settings& settings_;
  Wire& wire_;
  PresenceDoor& presence_;
  const Clock& clock_;
  Random& random_;

  TimePoint now_;
  bool draining_ = false;
  TokenBucket::Rate rate_;
  Tickets tickets_;
  ConversationIds ids_;
  Timers timers_;
  std::uint64_t requests_made_ = 0;
  std::unordered_map<ConnectionId, std::unique_ptr<Session>> sessions_;
  std::unordered_map<ConversationId, std::unique_ptr<Conversation>> conversations_;
  std::unordered_map<RequestId, Conversation*> requests_;
  Counters counters_;

  // The session that is being served, and what it is told.
  Session* served_ = nullptr;
  std::string reply_;
  std::string scratch_;            // one line to others
  std::vector<Session*> overrun_;  // to be closed as slow readers
  // Closed, to be forgotten at the end of the entry.
  std::vector<ConnectionId> leaving_;
  // Those that wait no more, to be served before the end of the entry.
  std::vector<ConnectionId> resuming_;
};

}  // namespace monarch::switchboard
