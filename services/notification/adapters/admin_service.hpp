// AdminService: notification.v1.NotificationAdmin: what a session has been shown, and live traces
// of sessions. While somebody traces it is the node's witness; otherwise it costs nothing. Owned by
// the composition root; its work is done on the loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <memory>

#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"

namespace grpc {
class Service;
}

namespace monarch::notification {

class AdminService {
 public:
  // Traces that run on one node at a time, and how long each may.
  static constexpr std::size_t kTracesMax = 8;
  static constexpr std::chrono::seconds kTraceAtMost = std::chrono::hours(1);
  // That its caller has to take what is left when it has ended.
  static constexpr std::chrono::seconds kTakenWithin{3};

  AdminService(net::Loop& loop, Driver& driver, NodeId node);
  ~AdminService();
  AdminService(const AdminService&) = delete;
  AdminService& operator=(const AdminService&) = delete;

  // For rpc::ProcessServer.
  [[nodiscard]] grpc::Service* service();
  // Traces that run. Loop thread.
  [[nodiscard]] std::size_t traces() const;
  // When the loop runs no more: traces end as UNAVAILABLE.
  void stop();

 private:
  class Traces;
  class Impl;
  std::shared_ptr<Traces> traces_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::notification
