// Node: the pure core of a notification process (or of one of its loops): it holds the sessions of
// its clients, turns what they want into calls of its ports, routes answers and hints back, and
// keeps its sessions and the cluster's truth together (DESIGN, "Truth and hints"). Owned by the
// composition root; everything happens on one loop thread; it sees the clock only through its port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/random.hpp"
#include "model/hint.hpp"
#include "model/presence.hpp"
#include "notification/core/counters.hpp"
#include "notification/core/ports.hpp"
#include "notification/core/settings.hpp"

namespace monarch::notification {

// Another notification node to which clients may be referred; only ready ones are named.
struct Peer {
  std::string address;     // host:port for clients
  std::uint32_t free = 0;  // capacity minus load
};

class Node {
 public:
  Node(const Settings& settings, Wire& wire, Links& links, AuthDoor& auth, const Clock& clock,
       Random& random);
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // ---- client connections ----
  // `peer` is the address without its port. False: there is no room, close the socket.
  [[nodiscard]] bool connected(ConnectionId connection, std::string_view peer);
  void received(ConnectionId connection, std::string_view bytes);
  // The socket has ended; `reason` is kPeerClosed or kSlowReader.
  void disconnected(ConnectionId connection, CloseReason reason = CloseReason::kPeerClosed);

  // ---- answers ----
  void replied(RequestId id, model::Reply reply);
  void verified(RequestId id, const Verified& answer);

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
  // Our heartbeat stood still for longer than the others wait (rule 7): they took us for dead, so
  // each session is opened anew or closed.
  void declared_dead();
  // From now on newcomers are referred to the peers.
  void drain();
  // OUT SSD for up to `most` sessions; how many connections are left.
  std::size_t shut_down(std::size_t most = SIZE_MAX);

  // ---- time: call advance() at deadline(); calling it early or often does no harm ----
  void advance();
  [[nodiscard]] std::optional<TimePoint> deadline() const;

  // ---- looking in ----
  [[nodiscard]] bool draining() const;
  [[nodiscard]] bool has_link() const;            // readiness: some presence instance is in reach
  [[nodiscard]] std::size_t connections() const;  // the load that the registry is told
  [[nodiscard]] std::size_t signed_in() const;
  // No request is under way and every closed session is acknowledged: the process may end.
  [[nodiscard]] bool quiet() const;
  [[nodiscard]] const Counters& counters() const;
};

}  // namespace monarch::notification
