// AccountsService: auth.v1.Accounts, the administration of accounts, as a gRPC service. Owned by
// main(): called on gRPC's threads, it hands over to the loop, where the registrar lives. Destroy
// the server first.
#pragma once

#include <cstdint>
#include <memory>

#include "auth/core/registrar.hpp"
#include "net/loop.hpp"
#include "runtime/metrics.hpp"

namespace grpc {
class Service;
}

namespace monarch::auth {

struct AccountsDoors {
  AccountStore& store;
  PasswordVault& vault;
  Principals& principals;
  Registrar& registrar;
};

class AccountsService {
 public:
  AccountsService(net::Loop& loop, AccountsDoors doors, std::uint64_t import_rows_max,
                  metrics::Registry& metrics);
  ~AccountsService();
  AccountsService(const AccountsService&) = delete;
  AccountsService& operator=(const AccountsService&) = delete;

  [[nodiscard]] grpc::Service* service();
  // When the loop runs no more: what is not answered yet ends as UNAVAILABLE.
  void stop();

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::auth
