// StreamService: presence.v1.Presence, the batched streams of the notification nodes. Each request
// becomes a task of the core, each reply travels in the next batch. Owned by the composition root;
// loop thread only, but for what gRPC calls.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/task.hpp"
#include "model/presence.hpp"
#include "net/loop.hpp"
#include "runtime/metrics.hpp"

namespace grpc {
class Service;
}

namespace monarch::presence {

class StreamService {
 public:
  using Handle = std::function<Task<model::Reply>(model::Request)>;

  // At most `requests_max` are under way at a time; more are answered kOverloaded.
  StreamService(net::Loop& loop, metrics::Registry& metrics, std::size_t requests_max,
                Handle handle);
  ~StreamService();
  StreamService(const StreamService&) = delete;
  StreamService& operator=(const StreamService&) = delete;

  // For rpc::Server.
  [[nodiscard]] grpc::Service* service();
  // Ends every stream, so that the nodes turn to another instance.
  void shut_down();
  [[nodiscard]] std::size_t running() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::presence
