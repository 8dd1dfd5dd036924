// NodeAdmin: the gRPC service by which every process can be asked for its state, drained and given
// a log level. Owned by main(); its hooks are called on the loop.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "net/loop.hpp"

namespace grpc {
class Service;
}

namespace monarch::rpc {

// What a process says of itself; fields as in proto/monarch/cluster/v1/node_admin.proto.
struct NodeReport {
  std::string node;
  std::string role;
  std::string version;
  bool ready = false;
  bool draining = false;
  std::uint64_t load = 0;
  std::uint64_t capacity = 0;
  std::map<std::string, std::string> details;  // a few words each, for people
};

struct NodeHooks {
  std::function<NodeReport()> report;
  // People per second that may be sent away, and the bound of it all; 0 leaves the one and the
  // other to the process.
  std::function<void(std::uint32_t per_second, Duration within)> drain;
};

class NodeAdmin {
 public:
  NodeAdmin(net::Loop& loop, NodeHooks hooks);
  ~NodeAdmin();
  NodeAdmin(const NodeAdmin&) = delete;
  NodeAdmin& operator=(const NodeAdmin&) = delete;

  // For Server::start().
  [[nodiscard]] grpc::Service* service();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::rpc
