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

// One try at a stream. It lives until gRPC is done with it, its own pointer sees to that.
template <class OutBatch, class InBatch>
class BatchStreamClient<OutBatch, InBatch>::Attempt final : public Reactor {
 public:
  Attempt(std::weak_ptr<Core> core, net::LoopHandle loop, const BatchLimits& limits)
      : core_(std::move(core)), loop_(std::move(loop)), out_(limits), in_(limits) {}

  void begin(std::shared_ptr<Attempt> self, const std::string& node_id, const Open& open) {
    self_ = std::move(self);
    if (!node_id.empty()) context_.AddMetadata(kNodeIdKey, node_id);
    open(&context_, this);
    // The loop starts reads and writes from outside of gRPC's reactions; the hold permits that.
    this->AddHold();
    this->StartRead(&incoming_);
    this->StartCall();
  }
  void cancel() { context_.TryCancel(); }

  [[nodiscard]] bool send(Item&& item) {
    const std::lock_guard lock(mutex_);
    if (ended_ || !out_.push(std::move(item))) return false;
    // What the loop sends in one turn leaves in one batch.
    if (!std::exchange(flush_posted_, true)) {
      loop_.post([self = self_] {
        const std::lock_guard flush_lock(self->mutex_);
        self->flush_posted_ = false;
        self->write_next();
      });
    }
    return true;
  }

  // What came in; reading goes on if it had paused.
  [[nodiscard]] std::deque<InBatch> take() {
    const std::lock_guard lock(mutex_);
    auto [batches, resume] = in_.take();
    if (resume && !ended_) this->StartRead(&incoming_);
    return std::move(batches);
  }

  void OnReadInitialMetadataDone(bool ok) override {
    if (ok) tell([](Core& core, const auto& self) { core.on_up(self); });
  }

  void OnReadDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    if (!ok) {
      if (!std::exchange(ended_, true)) this->RemoveHold();
      return;
    }
    const bool wake = in_.push(std::move(incoming_));
    incoming_.Clear();
    if (wake) tell([](Core& core, const auto& self) { core.on_batches(self); });
    if (in_.may_read()) this->StartRead(&incoming_);
  }

  void OnWriteDone(bool ok) override {
    const std::lock_guard lock(mutex_);
    out_.written();
    // A failed write means that the stream is broken; the pending read will say so.
    if (ok) write_next();
  }

  void OnDone(const grpc::Status& status) override {
    const auto self = std::exchange(self_, nullptr);
    loop_.post([core = core_, self, error = to_error(status)] {
      if (const auto alive = core.lock()) alive->on_down(self, error);
    });
  }

 private:
  template <class Function>
  void tell(Function function) {
    loop_.post([core = core_, self = self_, function] {
      if (const auto alive = core.lock()) function(*alive, self);
    });
  }

  // With mutex_ held.
  void write_next() {
    if (ended_) return;
    if (const OutBatch* batch = out_.next()) this->StartWrite(batch);
  }

  const std::weak_ptr<Core> core_;
  const net::LoopHandle loop_;
  grpc::ClientContext context_;
  std::shared_ptr<Attempt> self_;
  std::mutex mutex_;  // of what follows
  OutQueue<OutBatch> out_;
  InQueue<InBatch> in_;
  InBatch incoming_;
  bool flush_posted_ = false;
  bool ended_ = false;
};

// The link over all its attempts; loop thread only.
template <class OutBatch, class InBatch>
class BatchStreamClient<OutBatch, InBatch>::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(net::Loop& loop, Random& random, BatchClientOptions options, Open open, Handlers handlers)
      : loop_(loop),
        random_(random),
        options_(std::move(options)),
        open_(std::move(open)),
        handlers_(std::move(handlers)),
        timer_(loop) {}

  void connect() {
    attempt_ = std::make_shared<Attempt>(this->weak_from_this(), loop_.handle(), options_.limits);
    timer_.start(options_.connect_at_most, [this] { attempt_->cancel(); });
    attempt_->begin(attempt_, options_.node_id, open_);
  }

  void stop() {
    stopped_ = true;
    up_ = false;
    timer_.cancel();
    if (attempt_) attempt_->cancel();
    attempt_.reset();
  }

  [[nodiscard]] bool up() const { return up_; }
  [[nodiscard]] bool send(Item&& item) { return up_ && attempt_->send(std::move(item)); }

  void on_up(const std::shared_ptr<Attempt>& attempt) {
    if (attempt != attempt_ || up_) return;
    up_ = true;
    failures_ = 0;
    timer_.cancel();
    if (handlers_.up) handlers_.up();
  }

  void on_batches(const std::shared_ptr<Attempt>& attempt) {
    // gRPC may report the first message before the metadata that came before it.
    on_up(attempt);
    for (InBatch& batch : attempt->take()) {
      if (attempt != attempt_ || stopped_) return;
      handlers_.batch(std::move(batch));
    }
  }

  void on_down(const std::shared_ptr<Attempt>& attempt, const Error& error) {
    if (attempt != attempt_ || stopped_) return;
    attempt_.reset();
    up_ = false;
    timer_.start(backoff(), [this] { connect(); });
    if (handlers_.down) handlers_.down(error);
  }

 private:
  Duration backoff() {
    Duration whole = options_.backoff_first;
    for (int i = 0; i < failures_ && whole < options_.backoff_longest; ++i) whole *= 2;
    whole = std::min(whole, options_.backoff_longest);
    ++failures_;
    const auto half = static_cast<std::uint64_t>(whole.count() / 2);
    return Duration(static_cast<Duration::rep>(half + random_.below(half + 1)));
  }

  net::Loop& loop_;
  Random& random_;
  BatchClientOptions options_;
  Open open_;
  Handlers handlers_;
  net::Timer timer_;  // of the attempt, or until the next one
  std::shared_ptr<Attempt> attempt_;
  int failures_ = 0;
  bool up_ = false;
  bool stopped_ = false;
};

template <class OutBatch, class InBatch>
BatchStreamClient<OutBatch, InBatch>::BatchStreamClient(net::Loop& loop, Random& random,
                                                        BatchClientOptions options, Open open,
                                                        Handlers handlers)
    : core_(std::make_shared<Core>(loop, random, std::move(options), std::move(open),
                                   std::move(handlers))) {}

template <class OutBatch, class InBatch>
BatchStreamClient<OutBatch, InBatch>::~BatchStreamClient() {
  core_->stop();
}

template <class OutBatch, class InBatch>
void BatchStreamClient<OutBatch, InBatch>::start() {
  core_->connect();
}

template <class OutBatch, class InBatch>
bool BatchStreamClient<OutBatch, InBatch>::up() const {
  return core_->up();
}

template <class OutBatch, class InBatch>
bool BatchStreamClient<OutBatch, InBatch>::send(Item item) {
  return core_->send(std::move(item));
}

}  // namespace monarch::rpc
