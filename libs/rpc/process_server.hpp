// ProcessServer: the gRPC side of a process: its services, NodeAdmin beside them, and
// grpc.health.v1 that says what the process's health checks say, there and, when asked for, on a
// port of its own. Owned by main(); loop thread only.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "rpc/health_server.hpp"
#include "rpc/node_admin.hpp"
#include "rpc/security.hpp"
#include "rpc/server.hpp"
#include "runtime/process.hpp"

namespace monarch::rpc {

class ProcessServer {
 public:
  // `load` is what the role counts; a capacity of 0 is none.
  ProcessServer(runtime::Process& process, Security security, std::string role,
                std::function<std::size_t()> load, std::size_t capacity = 0);
  ~ProcessServer();
  ProcessServer(const ProcessServer&) = delete;
  ProcessServer& operator=(const ProcessServer&) = delete;

  // The error is one line that names the setting.
  [[nodiscard]] Outcome<std::string> start(std::vector<grpc::Service*> services);
  // Takes no more calls; blocks until those under way have ended, for a second at most.
  void shut_down();

 private:
  runtime::Process& process_;
  Security security_;
  NodeAdmin admin_;
  std::unique_ptr<Server> server_;
  std::unique_ptr<HealthServer> health_;
};

}  // namespace monarch::rpc
