// Listener: accepts connections on one address for a loop. Owned by who opened it, on the loop's
// thread; destroying it stops accepting and leaves its connections alone.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/connection.hpp"
#include "net/loop.hpp"
#include "net/proxy_options.hpp"

namespace monarch::net {

struct ListenerOptions {
  int backlog = 1024;
  // Several loops may listen on one port, the kernel spreads the connections over them.
  bool reuse_port = false;
  // How long accepting rests when the process or the system is out of descriptors or memory.
  Duration pause_on_error = std::chrono::seconds(1);
  ConnectionOptions connection;
  ProxyOptions proxy;
};

class Listener {
 public:
  using Accepted = std::function<void(std::shared_ptr<Connection>)>;
  // Once per spell of failing accepts, not once per failure.
  using Failed = std::function<void(const std::string& error)>;

  // The error is one line that names the address and the reason.
  [[nodiscard]] static Result<std::unique_ptr<Listener>, std::string> open(
      Loop& loop, const Endpoint& bind, const ListenerOptions& options, Accepted accepted,
      Failed failed = {});
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  // The port in use, which matters when 0 was asked for.
  [[nodiscard]] std::uint16_t port() const;
  void stop();

 private:
  class Impl;
  explicit Listener(std::shared_ptr<Impl> impl);
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::net
