// Clients: the sockets of the switchboard, its Wire. Loop thread only.
#pragma once

#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/connection_table.hpp"
#include "net/loop.hpp"
#include "runtime/client_door.hpp"
#include "switchboard/adapters/driver.hpp"
#include "switchboard/core/ports.hpp"

namespace monarch::switchboard {

class Clients final : public Wire {
 public:
  Clients(net::Loop& loop, runtime::ClientDoor& door);

  // Listens; the error names the setting. `driver` must outlive every connection.
  [[nodiscard]] Outcome<std::string> open(const Endpoint& bind, Driver& driver);
  // The port in use, which matters when 0 was asked for.
  [[nodiscard]] std::uint16_t port() const { return table_.port(); }
  void stop_listening() { table_.stop_listening(); }

  [[nodiscard]] bool send(ConnectionId connection, std::string_view bytes) override {
    return table_.send(connection.value(), bytes);
  }
  [[nodiscard]] bool send(ConnectionId connection, const SharedBytes& bytes) override {
    return table_.send(connection.value(), bytes);
  }
  void pause(ConnectionId connection) override { table_.pause_reading(connection.value()); }
  void resume(ConnectionId connection) override { table_.resume_reading(connection.value()); }
  void close(ConnectionId connection) override { table_.close(connection.value()); }

 private:
  Driver* driver_ = nullptr;
  runtime::ClientDoor& door_;
  net::ConnectionTable table_;
};

}  // namespace monarch::switchboard
