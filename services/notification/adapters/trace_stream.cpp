#include "notification/adapters/trace_stream.hpp"

#include <utility>

namespace monarch::notification {

std::shared_ptr<TraceStream> TraceStream::open(grpc::CallbackServerContext& context,
                                               std::function<void()> gone) {
  std::shared_ptr<TraceStream> stream(new TraceStream(context, std::move(gone)));
  stream->self_ = stream;
  return stream;
}

void TraceStream::push(v1::TraceReply reply) {
  const std::lock_guard lock(mutex_);
  if (status_ || broken_) return;
  if (waiting_.size() >= kLinesMax) {
    ++dropped_;
    ++untold_;
    return;
  }
  ++lines_;
  reply.set_dropped(std::exchange(untold_, 0));
  waiting_.push_back(std::move(reply));
  go_on();
}

void TraceStream::finish(const grpc::Status& status, std::optional<v1::TraceReply> last) {
  const std::lock_guard lock(mutex_);
  if (status_) return;
  if (last) {
    last->set_dropped(std::exchange(untold_, 0));
    waiting_.push_back(*std::move(last));
  }
  status_ = status;
  go_on();
}

void TraceStream::abandon() {
  const std::lock_guard lock(mutex_);
  // OnCancel() and the write that fails do the rest.
  if (!finished_) context_.TryCancel();
}

std::uint64_t TraceStream::lines() const {
  const std::lock_guard lock(mutex_);
  return lines_;
}

std::uint64_t TraceStream::dropped() const {
  const std::lock_guard lock(mutex_);
  return dropped_;
}

void TraceStream::OnWriteDone(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  waiting_.pop_front();
  broken_ = broken_ || !ok;
  go_on();
}

// The caller went away; what he is owed has no taker.
void TraceStream::OnCancel() {
  const std::lock_guard lock(mutex_);
  broken_ = true;
  if (!status_) status_ = grpc::Status::CANCELLED;
  go_on();
}

void TraceStream::OnDone() {
  std::shared_ptr<TraceStream> self;
  {
    const std::lock_guard lock(mutex_);
    self = std::exchange(self_, nullptr);
  }
  gone_();
}

void TraceStream::go_on() {
  if (finished_ || writing_) return;
  if (!broken_ && !waiting_.empty()) {
    writing_ = true;
    StartWrite(&waiting_.front());
    return;
  }
  if (status_) {
    finished_ = true;
    Finish(*status_);
  }
}

}  // namespace monarch::notification
