// PendingReply: a unary call that is finished exactly once: by whoever handles it, or as
// UNAVAILABLE when its handler is dropped (the process stops). Any thread. Adapters' .cpp files
// include it.
#pragma once

#include <grpcpp/support/server_callback.h>
#include <grpcpp/support/status.h>
#include <utility>

namespace monarch::rpc {

class PendingReply {
 public:
  explicit PendingReply(grpc::ServerUnaryReactor* reactor) : reactor_(reactor) {}
  PendingReply(const PendingReply&) = delete;
  PendingReply& operator=(const PendingReply&) = delete;
  ~PendingReply() {
    finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "stopping: try another instance"));
  }

  void finish(const grpc::Status& status) {
    if (auto* reactor = std::exchange(reactor_, nullptr)) reactor->Finish(status);
  }

 private:
  grpc::ServerUnaryReactor* reactor_;
};

}  // namespace monarch::rpc
