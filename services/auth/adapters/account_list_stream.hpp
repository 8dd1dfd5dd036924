// AccountListStream: one call of Accounts.List, page by page: the next page is read when the last
// is written. gRPC's callbacks come on its threads and are handed to the loop; the stream deletes
// itself at the end.
#pragma once

#include <grpcpp/support/server_callback.h>
#include <memory>
#include <optional>

#include "auth/core/ports.hpp"
#include "base/task.hpp"
#include "monarch/auth/v1/accounts.pb.h"
#include "net/loop.hpp"

namespace monarch::auth {

// What the streams share. Owned by the service; the scope is destroyed on the loop.
struct ListContext {
  net::LoopHandle loop;
  AccountStore& store;
  std::optional<TaskScope> tasks{std::in_place};

  ListContext(net::LoopHandle handle, AccountStore& accounts)
      : loop(std::move(handle)), store(accounts) {}
};

class AccountListStream final : public grpc::ServerWriteReactor<monarch::auth::v1::ListReply> {
 public:
  static constexpr std::size_t kPageRows = 500;

  explicit AccountListStream(const std::shared_ptr<ListContext>& context);

  void OnWriteDone(bool ok) override;
  void OnDone() override;

 private:
  void next_page();
  [[nodiscard]] static Task<void> write_page(AccountListStream* stream, AccountStore& store);

  std::weak_ptr<ListContext> context_;
  AccountId after_;
  monarch::auth::v1::ListReply reply_;
};

}  // namespace monarch::auth
