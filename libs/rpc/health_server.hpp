// HealthServer: grpc.health.v1 and nothing else, on a port of its own and in plain text, for those
// who look after the process and have no certificate to show, such as a kubelet
// (docs/decisions/0017-health-on-a-port-of-its-own.md). What it says comes from the loop, so that
// an answer also says that the loop turns. Owned by the ProcessServer.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "net/loop.hpp"

namespace monarch::rpc {

// The service by whose name one asks whether the process lives; it serves as long as there is an
// answer. The empty name asks whether the process is ready.
inline constexpr std::string_view kLivenessService = "liveness";

class HealthServer {
 public:
  // `ready` is called on the loop. The error is one line that names --health-bind.
  [[nodiscard]] static Result<std::unique_ptr<HealthServer>, std::string> start(
      net::Loop& loop, const Endpoint& bind, std::function<bool()> ready);
  ~HealthServer();
  HealthServer(const HealthServer&) = delete;
  HealthServer& operator=(const HealthServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;

 private:
  struct Impl;
  explicit HealthServer(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::rpc
