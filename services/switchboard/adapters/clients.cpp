#include "switchboard/adapters/clients.hpp"

#include "runtime/log.hpp"

namespace monarch::switchboard {
namespace {

CloseReason reason_of(net::CloseReason reason) {
  return reason == net::CloseReason::kSlowReader ? CloseReason::kSlowReader
                                                 : CloseReason::kPeerClosed;
}

}  // namespace

Clients::Clients(net::Loop& loop)
    : table_(loop, {[this](auto number, const std::string& /*peer*/) {
                      return driver_->enter([&](Exchange& exchange) {
                        return exchange.connected(ConnectionId(number));
                      });
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
                    [](const std::string& error) {
                      log::error("accept_failed", {{"error", error}});
                    }}) {}

Outcome<std::string> Clients::open(const Endpoint& bind, Driver& driver) {
  driver_ = &driver;
  auto listening = table_.listen(bind, {});
  if (!listening.ok()) return fail("--bind: " + listening.error());
  return Ok{};
}

}  // namespace monarch::switchboard
