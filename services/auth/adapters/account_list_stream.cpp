#include "auth/adapters/account_list_stream.hpp"

#include <utility>

#include "auth/adapters/accounts_wire.hpp"
#include "auth/core/registrar.hpp"
#include "rpc/stream_guard.hpp"

namespace monarch::auth {

AccountListStream::AccountListStream(const std::shared_ptr<ListContext>& context)
    : context_(context) {
  next_page();
}

void AccountListStream::OnWriteDone(bool ok) {
  if (ok) {
    next_page();
  } else {
    Finish(grpc::Status::CANCELLED);
  }
}

void AccountListStream::OnDone() { delete this; }

void AccountListStream::next_page() {
  auto guard = std::make_shared<rpc::StreamGuard<AccountListStream>>(this);
  const auto context = context_.lock();
  if (context == nullptr) return;
  context->loop.post([weak = context_, guard] {
    const auto live = weak.lock();
    // Without the service the guard ends the stream.
    if (live == nullptr) return;
    live->tasks->spawn(write_page(guard->release(), live->store));
  });
}

Task<void> AccountListStream::write_page(AccountListStream* stream, AccountStore& store) {
  rpc::StreamGuard<AccountListStream> guard(stream);
  const auto page = co_await store.list(stream->after_, kPageRows);
  if (!page) {
    guard.error(to_error(Refusal::kStoreUnavailable));
    co_return;
  }
  if (page->empty()) {
    guard.ok();
    co_return;
  }
  stream->reply_.Clear();
  for (const Account& account : *page) encode(account, *stream->reply_.add_accounts());
  stream->after_ = page->back().id;
  guard.release()->StartWrite(&stream->reply_);
}

}  // namespace monarch::auth
