// Node: the pure core of a notification process (or of one of its loops): it holds the sessions of
// its clients, turns what they want into calls of its ports, routes answers and hints back, and
// keeps its sessions and the cluster's truth together (ARCHITECTURE.md#truth-and-hints). Owned by
// the composition root; everything happens on one loop thread; it sees the clock only through its
// port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <queue>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/address_quota.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/random.hpp"
#include "model/hint.hpp"
#include "model/presence.hpp"
#include "notification/core/closings.hpp"
#include "notification/core/counters.hpp"
#include "notification/core/farewell.hpp"
#include "notification/core/ports.hpp"
#include "notification/core/reception.hpp"
#include "notification/core/requests.hpp"
#include "notification/core/session.hpp"
#include "notification/core/settings.hpp"
#include "notification/core/truth.hpp"

namespace monarch::notification {

class Node {
 public:
  Node(const Settings& settings, Wire& wire, Links& links, AuthDoor& auth,
       SwitchboardDoor& switchboards, Doors doors, Md5Hex md5, const Clock& clock, Random& random);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Before the first client; without it nobody is asked for mail.
  void attach(MailboxDoor& mailbox) { mailbox_ = &mailbox; }
  // Without it nobody is told how long things took.
  void attach(Meter& meter) { meter_ = &meter; }

  // From now on this one looks on; null: nobody.
  void witness(Witness* witness) { around_.witness = witness; }

  // ---- client connections ----
  // `peer` is the address without its port. False: there is no room, close the socket.
  [[nodiscard]] bool connected(ConnectionId connection, std::string_view peer);
  void received(ConnectionId connection, std::string_view bytes);
  // The socket has ended; `reason` is kPeerClosed or kSlowReader.
  void disconnected(ConnectionId connection, CloseReason reason = CloseReason::kPeerClosed);

  // ---- answers ----
  void replied(RequestId id, model::Reply reply);
  void verified(RequestId id, const Verified& answer);
  void reserved(RequestId id, const Reserved& answer);
  void mail_counted(RequestId id, const Mailbox& mailbox);
  void mailed(RequestId id, Delivery outcome);
  void paged(RequestId id, Delivery outcome);

  // ---- presence instances: whose stream stands, and whose has broken ----
  void link_up(const NodeId& instance);
  // What was asked there and not answered is asked elsewhere.
  void link_down(const NodeId& instance);

  // ---- the bus ----
  void hinted(const model::NodeHints& hints);
  // Our subscription stands (again): what was published before is lost, so all sessions are
  // compared.
  void bus_up();

  // ---- the cluster ----
  void set_peers(std::vector<Peer> peers);
  // Our heartbeat stood still for longer than the others wait (ARCHITECTURE.md#rule-7): they took
  // us for dead, so each session is opened anew or closed.
  void declared_dead();
  // From now on newcomers are referred to the peers, those who are signing in too.
  void drain();
  // Drains, and sends the users away: so many a second, or more, so that all of them are told
  // within this time. Once more: at another pace from now on.
  void send_away(std::uint32_t per_second, Duration within);
  // Ends all connections that are left, with OUT SSD for who is signed in.
  void shut_down();

  // ---- time: call advance() at deadline(); calling it early or often does no harm ----
  void advance();
  [[nodiscard]] std::optional<TimePoint> deadline() const;

  // ---- looking in ----
  [[nodiscard]] bool draining() const;
  [[nodiscard]] bool has_link() const;            // readiness: some presence instance is in reach
  [[nodiscard]] std::size_t connections() const;  // the load that the registry is told
  [[nodiscard]] std::size_t signed_in() const;
  // The same by the number of the version, 2 to 7.
  using ByVersion = std::array<std::size_t, msnp::Dialect::kMsnp7 + 1>;
  [[nodiscard]] const ByVersion& signed_in_by_version() const { return by_version_; }
  // Signed in, or about to be: auth or presence has been asked.
  [[nodiscard]] std::size_t people() const;
  // No request is under way and every closed session is acknowledged: the process may end.
  [[nodiscard]] bool quiet() const;
  [[nodiscard]] const Counters& counters() const { return counters_; }
  // For tests and `monarchctl sessions`: null when there is no such connection.
  [[nodiscard]] const Session* session(ConnectionId connection) const;
  // Null when no such session is signed in here.
  [[nodiscard]] const Session* session(SessionId session) const;

 private:
  struct Client {
    Client(ConnectionId id, Surroundings& around, std::string_view peer)
        : connection(id), session(around, peer) {}
    ConnectionId connection;
    Session session;
    RequestId ask;  // in flight; 0: none
    RequestId chore;
    RequestId reopen;
    RequestId verify;
    RequestId reserve;
    RequestId mail;
    RequestId page;
    TimePoint timer = TimePoint::max();  // the one of timers_ that counts
    bool paused = false;                 // its socket is
    // What waits for the session to be opened anew.
    std::vector<Requests::Entry> parked;
  };
  using Timer = std::pair<TimePoint, ConnectionId>;
  struct Asked {
    TimePoint until;
    RequestId id;
    ConnectionId connection;
  };

  // ---- carrying out what sessions want (node.cpp) ----
  void apply(Client& client, Effects& effects);
  void count_mail(const Client& client);
  // Gives the question a number and notes by when it is to be answered.
  RequestId ask_outside(std::deque<Asked>& asked, const Client& client, TimePoint since);
  void submit_ask(Client& client, model::Request request, TimePoint since);
  void drop(Client& client, CloseReason reason);
  // Has its socket read or not, as the session wants it.
  void steer(Client& client);
  // Whoever it is has signed in or gone.
  void no_stranger(ConnectionId connection);
  void schedule(Client& client);
  [[nodiscard]] Client* find(ConnectionId connection);
  [[nodiscard]] Client* find(SessionId session);
  void warn(Client& client);
  void see_off(Client& client);
  void say_farewell();
  // Ends every entry point: what failed meanwhile is answered too.
  void settle();
  void close_due();

  // ---- answers (node_answers.cpp) ----
  void dispatch(Requests::Entry entry, model::Reply reply);
  void answer_client(Requests::Entry entry, model::Reply reply);
  void opened(Client& client);
  // The outcome of an open is not known: it is closed, and tried under another id if there is time.
  // True: it is.
  [[nodiscard]] bool abandon_open(Requests::Entry& entry);
  // Whose question that was; null when the client has left.
  [[nodiscard]] Client* asker(std::deque<Asked>& asked, RequestId id);
  void start_reopen(Client& client);
  void reopened(Client& client, const model::Reply& reply);

  // ---- slow truth (node_truth.cpp) ----
  void run_truth();
  [[nodiscard]] std::vector<ConnectionId> all_signed_in() const;
  void compare(const std::vector<ConnectionId>& chunk);
  void compared(const Requests::Entry& entry, const model::Compared& answer);
  void not_compared(const Requests::Entry& entry);
  void believe(const Truth::Finding& finding);
  void start_listing();
  void listed(const model::NodeSessions& answer);

  // ---- hints (node_hints.cpp) ----
  void hint(const model::PresenceHint& hint);
  void hint(const model::RosterHint& hint);
  void hint(const model::KickHint& hint);
  void hint(const model::RingHint& hint);
  void hint(const model::NoticeHint& hint);
  void tell(Client& client, const model::Notice& notice);

  const Settings& settings_;
  Wire& wire_;
  AuthDoor& auth_;
  SwitchboardDoor& switchboards_;
  Doors doors_;
  MailboxDoor* mailbox_ = nullptr;
  Meter* meter_ = nullptr;
  const Clock& clock_;
  Counters counters_;
  Reception reception_;
  Surroundings around_;
  Requests requests_;
  Closings closings_;
  Truth truth_;
  // Sessions that a listing under way should name and has not yet.
  std::unordered_set<SessionId> unlisted_;

  std::unordered_map<ConnectionId, std::unique_ptr<Client>> clients_;
  std::unordered_map<ConnectionId, std::string> strangers_;  // not signed in yet: their addresses
  AddressQuota strangers_quota_;
  std::unordered_map<SessionId, Client*> by_session_;  // pending ones, too
  std::unordered_map<AccountId, Client*> by_account_;  // signed in
  ByVersion by_version_{};                             // of these
  std::priority_queue<Timer, std::vector<Timer>, std::greater<>> timers_;
  // What is asked of other doors than presence's, by the time that it has.
  std::deque<Asked> verifying_;
  std::deque<Asked> reserving_;
  std::deque<Asked> mailing_;
  std::deque<Asked> paging_;
  std::optional<Farewell> farewell_;
  // Whose mail is being counted; its door answers in bounded time.
  std::unordered_map<RequestId, ConnectionId> counting_mail_;
};

}  // namespace monarch::notification
