// ImportStream: one call of Accounts.Import. Chunks are taken one at a time: the next is read when
// the reply to the last is written, so that a fast client cannot fill our memory. gRPC's callbacks
// come on its threads and are handed to the loop, where everything else happens; the stream deletes
// itself at the end.
#pragma once

#include <cstdint>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <memory>
#include <optional>

#include "auth/core/importer.hpp"
#include "base/task.hpp"
#include "monarch/auth/v1/accounts.pb.h"
#include "net/loop.hpp"
#include "rpc/error.hpp"
#include "runtime/metrics.hpp"

namespace monarch::auth {

// What the streams share. Owned by the service; the scope is destroyed on the loop.
struct ImportContext {
  net::LoopHandle loop;
  AccountStore& store;
  PasswordVault& vault;
  Principals& principals;
  std::uint64_t rows_max;
  metrics::Counter created;
  std::optional<TaskScope> tasks{std::in_place};

  ImportContext(net::LoopHandle handle, AccountStore& accounts, PasswordVault& passwords,
                Principals& rosters, std::uint64_t atomic_rows_max, metrics::Counter imported)
      : loop(std::move(handle)),
        store(accounts),
        vault(passwords),
        principals(rosters),
        rows_max(atomic_rows_max),
        created(imported) {}
};

class ImportStream final : public grpc::ServerBidiReactor<monarch::auth::v1::ImportRequest,
                                                          monarch::auth::v1::ImportReply> {
 public:
  explicit ImportStream(const std::shared_ptr<ImportContext>& context);

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone() override;

 private:
  // Runs a member function on the loop; when the service is gone, ends the stream.
  void on_loop(void (ImportStream::*step)());
  void take_chunk();
  void end();
  [[nodiscard]] Task<void> take();
  [[nodiscard]] Task<void> abandon(rpc::Error why);
  [[nodiscard]] std::vector<ImportRow> read_rows();

  std::weak_ptr<ImportContext> context_;
  std::optional<Importer> importer_;
  bool atomic_ = false;
  bool complete_ = false;
  monarch::auth::v1::ImportRequest request_;
  monarch::auth::v1::ImportReply reply_;
};

}  // namespace monarch::auth
