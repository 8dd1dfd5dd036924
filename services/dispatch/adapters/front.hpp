// Front: the sockets of a dispatch node. It accepts clients, hands their bytes to a session each,
// writes what the sessions answer, and ends those that take too long. Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>

#include "base/address_quota.hpp"
#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "dispatch/adapters/dispatch_settings.hpp"
#include "dispatch/core/session.hpp"
#include "net/listener.hpp"
#include "net/loop.hpp"
#include "runtime/client_door.hpp"
#include "runtime/copied_counters.hpp"
#include "runtime/metrics.hpp"

namespace monarch::dispatch {

class Front {
 public:
  // Of `limits` it takes how many clients there may be at a time, in all and of one address, and
  // how its listener is to be; more are turned away at once. Everything given must outlive it.
  Front(net::Loop& loop, const Clock& clock, const Settings& settings, NodePicker& nodes,
        const DispatchSettings& limits, metrics::Registry& metrics);
  ~Front();
  Front(const Front&) = delete;
  Front& operator=(const Front&) = delete;

  // Listens; the error names the setting.
  [[nodiscard]] Outcome<std::string> open(const Endpoint& bind);
  // The port in use, which matters when 0 was asked for.
  [[nodiscard]] std::uint16_t port() const { return listener_->port(); }
  // Takes nobody in any more, and calls `done` when the last client has gone.
  void drain(std::function<void()> done);
  [[nodiscard]] std::size_t connections() const { return clients_.size(); }
  // Now and then: what was counted and what waits for clients, as metrics.
  void tell();

 private:
  class Client;
  using Clients = std::list<std::unique_ptr<Client>>;

  void accept(std::shared_ptr<net::Connection> connection);
  void remove(Clients::iterator place, msnp::CloseReason reason);
  void watch();

  net::Loop& loop_;
  const Clock& clock_;
  const Settings& settings_;
  NodePicker& nodes_;
  Counters counters_;
  std::size_t connections_max_;
  runtime::ClientDoor door_;
  AddressQuota strangers_;  // nobody signs in here: everybody is one
  std::unique_ptr<net::Listener> listener_;
  net::Timer timer_;
  std::function<void()> drained_;
  Clients clients_;  // in the order of their deadlines, for all have the same time
  metrics::Counter accepted_;
  metrics::Counter turned_away_;
  metrics::Counter strangers_refused_;
  metrics::CounterFamily closes_;
  metrics::CopiedFamily errors_;
  metrics::CopiedTable commands_;
  metrics::CopiedRows referrals_;
  metrics::Gauge open_;
};

}  // namespace monarch::dispatch
