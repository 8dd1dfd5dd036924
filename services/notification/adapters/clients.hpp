// Clients: the sockets of the node, its Wire. It accepts connections, numbers them and hands bytes
// to the node; a connection and its number end together. Loop thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/connection.hpp"
#include "net/listener.hpp"
#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"

namespace monarch::notification {

class Clients final : public Wire {
 public:
  Clients();
  ~Clients() override;
  Clients(const Clients&) = delete;
  Clients& operator=(const Clients&) = delete;

  // Listens; the error names the address. `driver` must outlive every connection.
  [[nodiscard]] Outcome<std::string> open(net::Loop& loop, const Endpoint& bind, Driver& driver,
                                          const net::ListenerOptions& options);
  // Takes nobody in any more; who is here stays.
  void stop_listening();

  void send(ConnectionId connection, std::string bytes) override;
  void send(ConnectionId connection, const SharedBytes& bytes) override;
  void close(ConnectionId connection) override;

 private:
  class Client;

  void accept(std::shared_ptr<net::Connection> connection);
  [[nodiscard]] net::Connection* find(ConnectionId connection);

  Driver* driver_ = nullptr;
  std::unique_ptr<net::Listener> listener_;
  std::uint64_t last_ = 0;
  std::unordered_map<ConnectionId, std::unique_ptr<Client>> clients_;
};

}  // namespace monarch::notification
