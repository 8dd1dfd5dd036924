// Clients: the sockets of the node, its Wire. Loop thread only.
#pragma once

#include <string>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/connection_table.hpp"
#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"

namespace monarch::notification {

class Clients final : public Wire {
 public:
  explicit Clients(net::Loop& loop);

  // Listens; the error names the setting. `driver` must outlive every connection.
  [[nodiscard]] Outcome<std::string> open(const Endpoint& bind, Driver& driver);
  void stop_listening() { table_.stop_listening(); }

  void send(ConnectionId connection, std::string bytes) override {
    table_.send(connection.value(), std::string_view(bytes));
  }
  void send(ConnectionId connection, const SharedBytes& bytes) override {
    table_.send(connection.value(), bytes);
  }
  void close(ConnectionId connection) override { table_.close(connection.value()); }

 private:
  Driver* driver_ = nullptr;
  net::ConnectionTable table_;
};

}  // namespace monarch::notification
