// BatchStreamServer: the serving end of batched streams, one Peer per client. Owned by an adapter;
// everything but accept() on the loop's thread. Destroy the rpc::Server first.
#pragma once

#include <functional>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <memory>
#include <string>
#include <utility>

#include "net/loop.hpp"
#include "rpc/batch_stream.hpp"
#include "rpc/error.hpp"

namespace monarch::rpc {

template <class InBatch, class OutBatch>
class BatchStreamServer {
 public:
  using Item = BatchItem<OutBatch>;

  // One client's stream. Copies of the pointer may outlive the stream: send() is then refused.
  class Peer {
   public:
    virtual ~Peer() = default;
    // Who the client says it is.
    [[nodiscard]] virtual const std::string& node_id() const = 0;
    // False, and nothing is sent, when the stream is over or the queue is full.
    [[nodiscard]] virtual bool send(Item item) = 0;
    // Ends the stream once what is queued is written.
    virtual void finish(const Error& error) = 0;
  };
  using PeerPtr = std::shared_ptr<Peer>;

  struct Handlers {
    std::function<void(const PeerPtr& peer)> opened;
    std::function<void(const PeerPtr& peer, InBatch&& batch)> batch;
    // Once, after the last batch.
    std::function<void(const PeerPtr& peer)> closed;
  };

  BatchStreamServer(net::Loop& loop, BatchLimits limits, Handlers handlers);
  ~BatchStreamServer();
  BatchStreamServer(const BatchStreamServer&) = delete;
  BatchStreamServer& operator=(const BatchStreamServer&) = delete;

  // What the service's method returns; called on gRPC's threads.
  [[nodiscard]] grpc::ServerBidiReactor<InBatch, OutBatch>* accept(
      grpc::CallbackServerContext* context);
  // Ends every stream as UNAVAILABLE, so that clients turn to another instance.
  void shut_down();

 private:
  class Core;
  class Stream;
  std::shared_ptr<Core> core_;
};

}  // namespace monarch::rpc
