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

// One client's stream. It lives until gRPC is done with it, its own pointer sees to that.
template <class InBatch, class OutBatch>
class BatchStreamServer<InBatch, OutBatch>::Stream final
    : public grpc::ServerBidiReactor<InBatch, OutBatch>,
      public Peer {
 public:
  Stream(std::weak_ptr<Core> core, net::LoopHandle loop, const BatchLimits& limits,
         std::string node_id)
      : core_(std::move(core)),
        loop_(std::move(loop)),
        node_id_(std::move(node_id)),
        out_(limits),
        in_(limits) {}

  void begin(std::shared_ptr<Stream> self) {
    self_ = std::move(self);
    // At once, for it tells the client that the stream stands.
    this->StartSendInitialMetadata();
    this->StartRead(&incoming_);
    tell([](Core& core, const auto& stream) { core.on_opened(stream); });
  }

  [[nodiscard]] const std::string& node_id() const override { return node_id_; }

  [[nodiscard]] bool send(Item item) override {
    const std::lock_guard lock(mutex_);
    if (status_ || !out_.push(std::move(item))) return false;
    // What the loop sends in one turn leaves in one batch.
    if (!std::exchange(flush_posted_, true)) {
      loop_.post([self = self_] {
        const std::lock_guard flush_lock(self->mutex_);
        self->flush_posted_ = false;
        self->go_on();
      });
    }
    return true;
  }

  void finish(const Error& error) override { finish_with(to_status(error), true); }

  // What came in; reading goes on if it had paused.
  [[nodiscard]] std::deque<InBatch> take() {
    const std::lock_guard lock(mutex_);
    auto [batches, resume] = in_.take();
    if (resume && !status_) this->StartRead(&incoming_);
    return std::move(batches);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      finish_with(grpc::Status::OK, true);
      return;
    }
    const std::lock_guard lock(mutex_);
    const bool wake = in_.push(std::move(incoming_));
    incoming_.Clear();
    if (wake) tell([](Core& core, const auto& stream) { core.on_batches(stream); });
    if (in_.may_read() && !status_) this->StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    out_.written();
    broken_ = broken_ || !ok;
    go_on();
  }

  // The client went away; what it is owed has no taker.
  void OnCancel() override {
    {
      const std::lock_guard lock(mutex_);
      broken_ = true;
    }
    finish_with(grpc::Status::CANCELLED, false);
  }

  void OnDone() override {
    tell([](Core& core, const auto& stream) { core.on_closed(stream); });
    // Not under the lock: this may be the last that holds the stream.
    const auto self = take_self();
  }

 private:
  std::shared_ptr<Stream> take_self() {
    const std::lock_guard lock(mutex_);
    return std::exchange(self_, nullptr);
  }

  template <class Function>
  void tell(Function function) {
    loop_.post([core = core_, self = self_, function] {
      if (const auto alive = core.lock()) function(*alive, self);
    });
  }

  void finish_with(const grpc::Status& status, bool flush) {
    const std::lock_guard lock(mutex_);
    if (!status_) status_ = status;
    if (!flush) broken_ = true;
    go_on();
  }

  // With mutex_ held: the next write, or the end when it is asked for and nothing is in flight.
  void go_on() {
    if (finished_ || out_.writing()) return;
    if (!broken_) {
      if (const OutBatch* batch = out_.next()) {
        this->StartWrite(batch);
        return;
      }
    }
    if (status_) {
      finished_ = true;
      this->Finish(*status_);
    }
  }

  const std::weak_ptr<Core> core_;
  const net::LoopHandle loop_;
  const std::string node_id_;
  std::mutex mutex_;  // of what follows
  std::shared_ptr<Stream> self_;
  OutQueue<OutBatch> out_;
  InQueue<InBatch> in_;
  InBatch incoming_;
  std::optional<grpc::Status> status_;  // how it is to end
  bool flush_posted_ = false;
  bool broken_ = false;
  bool finished_ = false;
};

template <class InBatch, class OutBatch>
class BatchStreamServer<InBatch, OutBatch>::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(net::LoopHandle loop, const BatchLimits& limits, Handlers handlers)
      : loop_(std::move(loop)), limits_(limits), handlers_(std::move(handlers)) {}

  // gRPC's threads; touches only what never changes.
  Stream* accept(grpc::CallbackServerContext* context) {
    std::string node_id;
    const auto& metadata = context->client_metadata();
    if (const auto place = metadata.find(kNodeIdKey); place != metadata.end()) {
      node_id.assign(place->second.data(), place->second.size());
    }
    auto stream =
        std::make_shared<Stream>(this->weak_from_this(), loop_, limits_, std::move(node_id));
    Stream* raw = stream.get();
    raw->begin(std::move(stream));
    return raw;
  }

  void on_opened(const std::shared_ptr<Stream>& stream) {
    if (shut_) {
      stream->finish({Code::kUnavailable, "the process is ending"});
      return;
    }
    streams_.insert(stream);
    if (handlers_.opened) handlers_.opened(stream);
  }

  void on_batches(const std::shared_ptr<Stream>& stream) {
    for (InBatch& batch : stream->take()) {
      if (streams_.contains(stream)) handlers_.batch(stream, std::move(batch));
    }
  }

  void on_closed(const std::shared_ptr<Stream>& stream) {
    if (streams_.erase(stream) > 0 && handlers_.closed) handlers_.closed(stream);
  }

  void shut_down() {
    shut_ = true;
    for (const auto& stream : streams_) {
      stream->finish({Code::kUnavailable, "the process is ending"});
    }
  }

 private:
  const net::LoopHandle loop_;
  const BatchLimits limits_;
  const Handlers handlers_;
  std::set<std::shared_ptr<Stream>> streams_;
  bool shut_ = false;
};

template <class InBatch, class OutBatch>
BatchStreamServer<InBatch, OutBatch>::BatchStreamServer(net::Loop& loop, BatchLimits limits,
                                                        Handlers handlers)
    : core_(std::make_shared<Core>(loop.handle(), limits, std::move(handlers))) {}

template <class InBatch, class OutBatch>
BatchStreamServer<InBatch, OutBatch>::~BatchStreamServer() {
  core_->shut_down();
}

template <class InBatch, class OutBatch>
grpc::ServerBidiReactor<InBatch, OutBatch>* BatchStreamServer<InBatch, OutBatch>::accept(
    grpc::CallbackServerContext* context) {
  return core_->accept(context);
}

template <class InBatch, class OutBatch>
void BatchStreamServer<InBatch, OutBatch>::shut_down() {
  core_->shut_down();
}

}  // namespace monarch::rpc
