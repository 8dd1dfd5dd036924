// AdminService: presence.v1.PresenceAdmin: principals for auth; for monarchctl what there is
// (sessions, nodes) and what acts at once (OperatorCalls). Owned by the composition root; its work
// is done on the loop.
#pragma once

#include <memory>

#include "cluster/registry.hpp"
#include "net/loop.hpp"
#include "presence/core/ports.hpp"
#include "presence/core/presence.hpp"
#include "runtime/metrics.hpp"

namespace grpc {
class Service;
}

namespace monarch::presence {

class AdminService {
 public:
  struct Doors {
    Presence& presence;
    RosterStore& store;
    OnlineIndex& index;
    const cluster::Registry& registry;
  };

  AdminService(net::Loop& loop, Doors doors, metrics::Registry& metrics);
  ~AdminService();
  AdminService(const AdminService&) = delete;
  AdminService& operator=(const AdminService&) = delete;

  // For rpc::Server.
  [[nodiscard]] grpc::Service* service();
  // When the loop runs no more: what is not answered yet ends as UNAVAILABLE.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::presence
