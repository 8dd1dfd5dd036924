// BatchStreamClient: our end of a long-lived batched stream to one server; it reconnects by itself
// with jittered backoff. Owned by an adapter; loop thread only.
#pragma once

#include <functional>
#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>
#include <memory>
#include <string>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "net/loop.hpp"
#include "rpc/batch_stream.hpp"
#include "rpc/error.hpp"

namespace monarch::rpc {

struct BatchClientOptions {
  std::string node_id;  // ours
  BatchLimits limits;
  // The wait before the n-th new attempt lies between half and all of first·2ⁿ, at most `longest`.
  Duration backoff_first = std::chrono::milliseconds(50);
  Duration backoff_longest = std::chrono::seconds(5);
  // An attempt that has not come up by then is given up.
  Duration connect_at_most = std::chrono::seconds(5);
};

template <class OutBatch, class InBatch>
class BatchStreamClient {
 public:
  using Item = BatchItem<OutBatch>;
  using Reactor = grpc::ClientBidiReactor<OutBatch, InBatch>;
  // Starts the method: [stub](auto* context, auto* reactor) { stub->async()->Attach(context,
  // reactor); }
  using Open = std::function<void(grpc::ClientContext*, Reactor*)>;

  struct Handlers {
    std::function<void()> up;
    // The link is gone: the outcome of everything sent and not answered is unknown. Also called for
    // each failed attempt, so that the first one can be told.
    std::function<void(const Error& error)> down;
    std::function<void(InBatch&& batch)> batch;
  };

  BatchStreamClient(net::Loop& loop, Random& random, BatchClientOptions options, Open open,
                    Handlers handlers);
  // Ends the stream; no handler is called any more.
  ~BatchStreamClient();
  BatchStreamClient(const BatchStreamClient&) = delete;
  BatchStreamClient& operator=(const BatchStreamClient&) = delete;

  // Begins to connect, and keeps at it.
  void start();
  [[nodiscard]] bool up() const;
  // False, and nothing is sent, when the link is down or the queue is full.
  [[nodiscard]] bool send(Item item);

 private:
  class Core;
  class Attempt;
  std::shared_ptr<Core> core_;
};

}  // namespace monarch::rpc
