#include "notification/adapters/clients.hpp"

#include <utility>

#include "runtime/log.hpp"

namespace monarch::notification {
namespace {

msnp::CloseReason reason_of(net::CloseReason reason) {
  return reason == net::CloseReason::kSlowReader ? msnp::CloseReason::kSlowReader
                                                 : msnp::CloseReason::kPeerClosed;
}

}  // namespace

// One connection's end of the callbacks. The node may close it from within on_bytes(), which
// destroys it: nothing of it is touched after the node was entered.
class Clients::Client final : public net::ConnectionHandler {
 public:
  Client(Clients& owner, ConnectionId id, std::shared_ptr<net::Connection> connection)
      : owner_(owner), id_(id), connection_(std::move(connection)) {}
  ~Client() override { connection_->detach(); }

  void on_bytes(net::Connection& /*connection*/, std::string_view bytes) override {
    owner_.driver_->enter([&](Node& node) { node.received(id_, bytes); });
  }

  void on_closed(net::Connection& /*connection*/, net::CloseReason reason) override {
    Clients& owner = owner_;
    const ConnectionId id = id_;
    owner.clients_.erase(id);
    owner.driver_->enter([&](Node& node) { node.disconnected(id, reason_of(reason)); });
  }

  [[nodiscard]] net::Connection& connection() { return *connection_; }

 private:
  Clients& owner_;
  ConnectionId id_;
  std::shared_ptr<net::Connection> connection_;
};

Clients::Clients() = default;
Clients::~Clients() = default;

Outcome<std::string> Clients::open(net::Loop& loop, const Endpoint& bind, Driver& driver,
                                   const net::ListenerOptions& options) {
  driver_ = &driver;
  auto listener = net::Listener::open(
      loop, bind, options, [this](auto connection) { accept(std::move(connection)); },
      [](const std::string& error) {
        log::error("accept_failed", {{"error", error}});
      });
  if (!listener.ok()) return fail("--bind: " + listener.error());
  listener_ = std::move(*listener);
  return Ok{};
}

void Clients::stop_listening() { listener_.reset(); }

void Clients::accept(std::shared_ptr<net::Connection> connection) {
  const ConnectionId id(++last_);
  const std::string peer = connection->peer_address();
  if (!driver_->enter([&](Node& node) { return node.connected(id, peer); })) {
    connection->abort();
    return;
  }
  auto client = std::make_unique<Client>(*this, id, connection);
  net::ConnectionHandler& handler = *client;
  clients_.emplace(id, std::move(client));
  connection->start(handler);
}

net::Connection* Clients::find(ConnectionId connection) {
  const auto place = clients_.find(connection);
  return place == clients_.end() ? nullptr : &place->second->connection();
}

void Clients::send(ConnectionId connection, std::string bytes) {
  if (auto* socket = find(connection)) socket->send(bytes);
}

void Clients::send(ConnectionId connection, const SharedBytes& bytes) {
  if (auto* socket = find(connection)) socket->send(bytes);
}

void Clients::close(ConnectionId connection) {
  auto client = clients_.extract(connection);
  if (client.empty()) return;
  client.mapped()->connection().close();
  // Leaving the scope detaches: flushing and lingering go on without us.
}

}  // namespace monarch::notification
