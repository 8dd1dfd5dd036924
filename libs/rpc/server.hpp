// Server: the gRPC server of a process, with grpc.health.v1 on. Owned by main(); its services are
// called on gRPC's threads and hand over to the loop. Destroy it before what the services use.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "rpc/security.hpp"
#include "runtime/metrics.hpp"

namespace grpc {
class Server;
class Service;
}  // namespace grpc

namespace monarch::rpc {

struct ServerOptions {
  Endpoint bind;                  // --rpc-bind
  Security security = {};         // unless told otherwise plain text, and only on this machine
  metrics::Counter refused = {};  // counts calls that may not be made
  metrics::HistogramFamily calls = {};  // how long unary ones take, by method and code
  int message_bytes_max = 4 * 1024 * 1024;
};

class Server {
 public:
  // The error is one line that names --rpc-bind. The services must outlive the server; health
  // starts as NOT_SERVING.
  [[nodiscard]] static Result<std::unique_ptr<Server>, std::string> start(
      const ServerOptions& options, const std::vector<grpc::Service*>& services);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // What grpc.health.v1 answers for every service; any thread.
  void set_serving(bool serving);
  // Takes no new calls and cancels what has not ended after `at_most`; blocks so long.
  void shut_down(Duration at_most);

 private:
  Server(std::unique_ptr<grpc::Server> server, std::uint16_t port);
  std::unique_ptr<grpc::Server> server_;
  std::uint16_t port_;
};

// Sends what the gRPC library itself has to say through our log: errors as warnings, rate limited.
// Called by Server::start() and make_channel().
void log_through_ours();

}  // namespace monarch::rpc
