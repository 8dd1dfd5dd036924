// Exchange: the pure core of a switchboard process (or of one of its loops): it owns the tickets,
// the connections and the conversations, and does what docs/protocol/switchboard.md says. A
// conversation lives on one exchange, that is on one loop. Owned by the composition root;
// everything happens on one loop thread; it sees the clock only through its port.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "switchboard/core/counters.hpp"
#include "switchboard/core/identity.hpp"
#include "switchboard/core/ports.hpp"
#include "switchboard/core/settings.hpp"

namespace monarch::switchboard {

class Hall;

class Exchange {
 public:
  // All of them must outlive it. `random` must be unguessable: tickets are made of it.
  Exchange(const Settings& settings, Wire& wire, PresenceDoor& presence, const Clock& clock,
           Random& random);
  ~Exchange();
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;

  // ---- client connections ----
  // False: there is no room, close the socket.
  [[nodiscard]] bool connected(ConnectionId connection);
  void received(ConnectionId connection, std::string_view bytes);
  // The socket has ended; `reason` is kPeerClosed or kSlowReader.
  void disconnected(ConnectionId connection, CloseReason reason = CloseReason::kPeerClosed);

  // ---- notification: XFR SB ----
  // A ticket into a conversation of its own; the address to go with it is Settings::advertised.
  [[nodiscard]] Result<std::string, NoTicket> reserve(Identity identity);

  // ---- presence: the answer to an invite; one that comes too late is dropped ----
  void invited(RequestId id, Invited answer);

  // ---- time: call advance() at deadline(); calling it early or often does no harm ----
  void advance();
  [[nodiscard]] std::optional<TimePoint> deadline() const;

  // ---- the end ----
  // From now on nothing is reserved; tickets already issued are honoured and conversations run
  // until they end.
  void drain();
  // Closes conversations, without a word (docs/protocol/switchboard.md#6-leaving), until at least
  // `most` connections are closed; how many are left.
  std::size_t shut_down(std::size_t most = SIZE_MAX);

  // ---- looking in ----
  [[nodiscard]] bool draining() const;
  // Draining, and nobody is here nor may come any more: the process may end.
  [[nodiscard]] bool drained() const;
  [[nodiscard]] std::size_t connections() const;  // the load that the registry is told
  [[nodiscard]] std::size_t conversations() const;
  [[nodiscard]] std::size_t tickets() const;  // outstanding
  [[nodiscard]] const Counters& counters() const;

 private:
  std::unique_ptr<Hall> hall_;
};

}  // namespace monarch::switchboard
