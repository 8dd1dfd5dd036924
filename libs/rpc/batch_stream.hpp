// What both ends of a batched bidirectional stream have in common. Messages that are queued while a
// write is in flight leave together in the next batch, and a received batch wakes the loop once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

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

}  // namespace monarch::rpc
