#include "switchboard/adapters/clients.hpp"

namespace monarch::switchboard {
namespace {

CloseReason reason_of(net::CloseReason reason) {
  return reason == net::CloseReason::kSlowReader ? CloseReason::kSlowReader
                                                 : CloseReason::kPeerClosed;
}

}  // namespace

Clients::Clients(net::Loop& loop, runtime::ClientDoor& door)
    : door_(door),
      table_(loop, {[this](auto number, const std::string& peer) {
                      const bool taken = driver_->enter([&](Exchange& exchange) {
                        return exchange.connected(ConnectionId(number));
                      });
                      if (!taken) door_.turned_away(peer, "connections-max");
                      return taken;
                    },
                    [this](auto number, std::string_view bytes) {
                      driver_->enter([&](Exchange& exchange) {
                        exchange.received(ConnectionId(number), bytes);
                      });
                    },
                    [this](auto number, net::CloseReason reason) {
                      driver_->enter([&](Exchange& exchange) {
                        exchange.disconnected(ConnectionId(number), reason_of(reason));
                      });
                    },
                    [this](const std::string& error) { door_.accept_failed(error); }}) {}

Outcome<std::string> Clients::open(const Endpoint& bind, Driver& driver) {
  driver_ = &driver;
  auto listening = table_.listen(bind, door_.options());
  if (!listening.ok()) return fail("--bind: " + listening.error());
  return Ok{};
}

}  // namespace monarch::switchboard
