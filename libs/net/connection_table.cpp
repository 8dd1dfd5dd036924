#include "net/connection_table.hpp"

#include <utility>

namespace monarch::net {

// One connection's end of the callbacks. It may be closed from within on_bytes(), which destroys
// it: nothing of it is touched after the handlers were called.
class ConnectionTable::Client final : public ConnectionHandler {
 public:
  Client(ConnectionTable& table, Number number, std::shared_ptr<Connection> connection)
      : table_(table), number_(number), connection_(std::move(connection)) {}
  ~Client() override { connection_->detach(); }

  void on_bytes(Connection& /*connection*/, std::string_view bytes) override {
    table_.handlers_.bytes(number_, bytes);
  }

  void on_closed(Connection& /*connection*/, CloseReason reason) override {
    ConnectionTable& table = table_;
    const Number number = number_;
    table.clients_.erase(number);
    table.handlers_.closed(number, reason);
  }

  [[nodiscard]] Connection& connection() { return *connection_; }

 private:
  ConnectionTable& table_;
  Number number_;
  std::shared_ptr<Connection> connection_;
};

ConnectionTable::ConnectionTable(Loop& loop, Handlers handlers)
    : loop_(loop), handlers_(std::move(handlers)) {}
ConnectionTable::~ConnectionTable() = default;

Outcome<std::string> ConnectionTable::listen(const Endpoint& bind, const ListenerOptions& options) {
  auto listener = Listener::open(
      loop_, bind, options, [this](auto connection) { accept(std::move(connection)); },
      handlers_.accept_failed);
  if (!listener.ok()) return fail(std::move(listener.error()));
  listener_ = std::move(*listener);
  return Ok{};
}

void ConnectionTable::accept(std::shared_ptr<Connection> connection) {
  const Number number = ++last_;
  if (!handlers_.accepted(number, connection->peer_address())) {
    connection->abort();
    return;
  }
  auto client = std::make_unique<Client>(*this, number, connection);
  ConnectionHandler& handler = *client;
  clients_.emplace(number, std::move(client));
  connection->start(handler);
}

Connection* ConnectionTable::find(Number number) {
  const auto place = clients_.find(number);
  return place == clients_.end() ? nullptr : &place->second->connection();
}

bool ConnectionTable::send(Number number, std::string_view bytes) {
  auto* connection = find(number);
  if (connection == nullptr || !connection->open()) return false;
  connection->send(bytes);
  return connection->open();
}

bool ConnectionTable::send(Number number, const std::shared_ptr<const std::string>& bytes) {
  auto* connection = find(number);
  if (connection == nullptr || !connection->open()) return false;
  connection->send(bytes);
  return connection->open();
}

void ConnectionTable::pause_reading(Number number) {
  if (auto* connection = find(number)) connection->pause_reading();
}

void ConnectionTable::resume_reading(Number number) {
  if (auto* connection = find(number)) connection->resume_reading();
}

void ConnectionTable::close(Number number) {
  auto client = clients_.extract(number);
  if (client.empty()) return;
  client.mapped()->connection().close();
  // Leaving the scope detaches: flushing and lingering go on without us.
}

}  // namespace monarch::net
