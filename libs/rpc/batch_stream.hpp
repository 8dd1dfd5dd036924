// What both ends of a batched bidirectional stream have in common. Messages that are queued while a
// write is in flight leave together in the next batch, and a received batch wakes the loop once.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"

namespace monarch::rpc {

// The metadata in which a client tells a stream's server who it is.
inline constexpr const char* kNodeIdKey = "x-monarch-node";

struct BatchLimits {
  // Messages that may wait to be written; send() refuses more.
  std::size_t queued_max = 65536;
  // Messages of one batch, far below gRPC's limit on a message's size.
  std::size_t batch_max = 512;
  // Received batches that may wait for the loop before reading pauses.
  std::size_t received_max = 16;
};

// The repeated field of a batch: by convention its only one, named items, requests or replies.
template <class Batch>
[[nodiscard]] auto* batch_items(Batch& batch) {
  if constexpr (requires { batch.mutable_requests(); }) {
    return batch.mutable_requests();
  } else if constexpr (requires { batch.mutable_replies(); }) {
    return batch.mutable_replies();
  } else {
    return batch.mutable_items();
  }
}
template <class Batch>
using BatchItem =
    typename std::remove_pointer_t<decltype(batch_items(std::declval<Batch&>()))>::value_type;

// Messages on their way out. At most one batch is in flight: starting a write before the last one
// is done would abort the process. Guarded by the stream's mutex.
template <class Batch>
class OutQueue {
 public:
  explicit OutQueue(const BatchLimits& limits) : limits_(limits) {}

  // False: full.
  [[nodiscard]] bool push(BatchItem<Batch>&& item) {
    if (queued_ >= limits_.queued_max) return false;
    if (batches_.empty() ||
        static_cast<std::size_t>(batch_items(batches_.back())->size()) >= limits_.batch_max) {
      batches_.emplace_back();
    }
    *batch_items(batches_.back())->Add() = std::move(item);
    ++queued_;
    return true;
  }

  // The batch to write now, which stands still until written() is called; null when there is none
  // or one is in flight already.
  [[nodiscard]] const Batch* next() {
    if (writing_ || batches_.empty()) return nullptr;
    writing_ = true;
    in_flight_ = std::move(batches_.front());
    batches_.pop_front();
    queued_ -= static_cast<std::size_t>(batch_items(in_flight_)->size());
    return &in_flight_;
  }
  void written() { writing_ = false; }
  [[nodiscard]] bool idle() const { return !writing_ && batches_.empty(); }
  [[nodiscard]] bool writing() const { return writing_; }

 private:
  BatchLimits limits_;
  std::deque<Batch> batches_;
  Batch in_flight_;
  std::size_t queued_ = 0;
  bool writing_ = false;
};

// Batches that came in and wait for the loop. Guarded by the stream's mutex.
template <class Batch>
class InQueue {
 public:
  explicit InQueue(const BatchLimits& limits) : limits_(limits) {}

  // True: the loop must be woken, for nobody has done so since it last took everything.
  [[nodiscard]] bool push(Batch&& batch) {
    batches_.push_back(std::move(batch));
    return batches_.size() == 1;
  }
  // Whether another read may start; if not, take() says when.
  [[nodiscard]] bool may_read() {
    paused_ = batches_.size() >= limits_.received_max;
    return !paused_;
  }
  // Everything, and whether reading had paused and must be started again.
  [[nodiscard]] std::pair<std::deque<Batch>, bool> take() {
    return {std::exchange(batches_, {}), std::exchange(paused_, false)};
  }

 private:
  BatchLimits limits_;
  std::deque<Batch> batches_;
  bool paused_ = false;
};

}  // namespace monarch::rpc
