// TraceStream: one administrator's transcript on its way to him. What he does not take fast enough
// is dropped and counted, so that nobody waits for him. It lives until gRPC is done with it, its
// own pointer sees to that; any thread, for its lock.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <memory>
#include <mutex>
#include <optional>

#include "monarch/notification/v1/admin.pb.h"

namespace monarch::notification {

class TraceStream final : public grpc::ServerWriteReactor<v1::TraceReply> {
 public:
  // Lines that may wait; of at most kTranscriptLineBytesMax each.
  static constexpr std::size_t kLinesMax = 1000;

  // `gone` is called once, on any thread, when the caller takes no more or all has been told him.
  static std::shared_ptr<TraceStream> open(grpc::CallbackServerContext& context,
                                           std::function<void()> gone);

  // Nothing once finish() was called.
  void push(v1::TraceReply reply);
  // After what waits; `last` is never dropped.
  void finish(const grpc::Status& status, std::optional<v1::TraceReply> last = std::nullopt);

  // For a caller who takes nothing any more: what waits is not told him, and he is cut off.
  void abandon();

  [[nodiscard]] std::uint64_t lines() const;
  [[nodiscard]] std::uint64_t dropped() const;

  void OnWriteDone(bool ok) override;
  void OnCancel() override;
  void OnDone() override;

 private:
  TraceStream(grpc::CallbackServerContext& context, std::function<void()> gone)
      : context_(context), gone_(std::move(gone)) {}

  // With mutex_ held: the next write, or the end when it is asked for and nothing is in flight.
  void go_on();

  grpc::CallbackServerContext& context_;  // gRPC's; while finished_ is false
  const std::function<void()> gone_;
  mutable std::mutex mutex_;  // of what follows
  std::shared_ptr<TraceStream> self_;
  std::deque<v1::TraceReply> waiting_;  // the first is being written while writing_
  std::uint64_t lines_ = 0;
  std::uint64_t dropped_ = 0;
  std::uint64_t untold_ = 0;  // dropped since the last line that waits
  std::optional<grpc::Status> status_;
  bool writing_ = false;
  bool broken_ = false;
  bool finished_ = false;
};

}  // namespace monarch::notification
