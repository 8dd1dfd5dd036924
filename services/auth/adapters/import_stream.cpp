#include "auth/adapters/import_stream.hpp"

#include <utility>

#include "auth/adapters/accounts_wire.hpp"
#include "auth/core/rules.hpp"
#include "rpc/stream_guard.hpp"

namespace monarch::auth {

using Guard = rpc::StreamGuard<ImportStream>;

ImportStream::ImportStream(const std::shared_ptr<ImportContext>& context) : context_(context) {
  StartRead(&request_);
}

void ImportStream::OnReadDone(bool ok) {
  on_loop(ok ? &ImportStream::take_chunk : &ImportStream::end);
}

void ImportStream::OnWriteDone(bool ok) {
  if (ok) {
    StartRead(&request_);
  } else {
    on_loop(&ImportStream::end);
  }
}

void ImportStream::OnDone() { delete this; }

void ImportStream::on_loop(void (ImportStream::*step)()) {
  const auto context = context_.lock();
  auto guard = std::make_shared<Guard>(this);
  if (context == nullptr) return;
  context->loop.post([this, weak = context_, guard, step] {
    // Without the service the guard ends the stream; with it, the step does.
    if (weak.expired()) return;
    guard->release();
    (this->*step)();
  });
}

void ImportStream::take_chunk() { context_.lock()->tasks->spawn(take()); }

void ImportStream::end() {
  const auto context = context_.lock();
  if (complete_ || !atomic_) {
    Finish(grpc::Status::OK);
    return;
  }
  context->tasks->spawn(
      abandon(bad_argument("the import ended before its last chunk: nothing was created")));
}

Task<void> ImportStream::abandon(rpc::Error why) {
  Guard guard(this);
  if (importer_) co_await importer_->abandon();
  guard.error(why);
}

Task<void> ImportStream::take() {
  Guard guard(this);
  const auto context = context_.lock();
  if (!importer_) {
    atomic_ = request_.atomic();
    importer_.emplace(context->store, context->vault, context->principals, atomic_,
                      context->rows_max);
  }
  if (static_cast<std::size_t>(request_.rows_size()) > Importer::kChunkRowsMax || complete_) {
    co_await importer_->abandon();
    guard.error(bad_argument(complete_ ? "rows after the last chunk"
                                       : "a chunk holds at most " +
                                             std::to_string(Importer::kChunkRowsMax) + " rows"));
    co_return;
  }
  std::vector<ImportRow> rows = read_rows();
  auto answer = co_await importer_->take(std::move(rows));
  if (answer && atomic_ && request_.last()) {
    auto end = co_await importer_->finish();
    if (end) {
      answer->created = end->created;
      complete_ = true;
    } else {
      answer = fail(end.error());
    }
  }
  if (!answer) {
    co_await importer_->abandon();
    guard.error(to_error(answer.error()));
    co_return;
  }
  context->created.add(answer->created);
  reply_.Clear();
  reply_.set_created(answer->created);
  for (BadRow& row : answer->bad) {
    auto& bad = *reply_.add_bad();
    bad.set_line(row.line);
    bad.set_reason(std::move(row.reason));
  }
  guard.release()->StartWrite(&reply_);
}

std::vector<ImportRow> ImportStream::read_rows() {
  std::vector<ImportRow> rows;
  rows.reserve(static_cast<std::size_t>(request_.rows_size()));
  for (auto& row : *request_.mutable_rows()) {
    rows.push_back(
        {row.line(), check_application(row.handle(), row.password(), row.friendly_name())});
    wipe(*row.mutable_password());
  }
  return rows;
}

}  // namespace monarch::auth
