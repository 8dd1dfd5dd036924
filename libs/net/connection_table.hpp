// ConnectionTable: the client connections of a service by number. It accepts, numbers, hands bytes
// on, and forgets a number when its connection ends. Numbers rise from 1 and are never used twice.
// Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/connection.hpp"
#include "net/listener.hpp"
#include "net/loop.hpp"

namespace monarch::net {

class ConnectionTable {
 public:
  using Number = std::uint64_t;
  struct Handlers {
    // A newcomer, with his address without its port. False: there is no room, he is cut off.
    std::function<bool(Number, const std::string& peer)> accepted;
    // The bytes lie in the loop's read buffer: take what you need before you return. Closing the
    // connection from within is fine.
    std::function<void(Number, std::string_view bytes)> bytes;
    // It ended by itself; not called for those that close() ended.
    std::function<void(Number, CloseReason)> closed;
    std::function<void(const std::string& error)> accept_failed = {};
  };

  ConnectionTable(Loop& loop, Handlers handlers);
  ~ConnectionTable();
  ConnectionTable(const ConnectionTable&) = delete;
  ConnectionTable& operator=(const ConnectionTable&) = delete;

  // The error is one line that names the address and the reason.
  [[nodiscard]] Outcome<std::string> listen(const Endpoint& bind, const ListenerOptions& options);
  // Of the listener, while there is one.
  [[nodiscard]] std::uint16_t port() const { return listener_ ? listener_->port() : 0; }
  // Takes nobody in any more; who is here stays.
  void stop_listening() { listener_.reset(); }

  // Whether the connection took the bytes: written, or queued within its limit.
  bool send(Number number, std::string_view bytes);
  bool send(Number number, const std::shared_ptr<const std::string>& bytes);
  void pause_reading(Number number);
  void resume_reading(Number number);
  // Flushes, lingers, closes by itself; the number is forgotten at once.
  void close(Number number);

  [[nodiscard]] std::size_t size() const { return clients_.size(); }

 private:
  class Client;

  void accept(std::shared_ptr<Connection> connection);
  [[nodiscard]] Connection* find(Number number);

  Loop& loop_;
  Handlers handlers_;
  std::unique_ptr<Listener> listener_;
  Number last_ = 0;
  std::unordered_map<Number, std::unique_ptr<Client>> clients_;
};

}  // namespace monarch::net
