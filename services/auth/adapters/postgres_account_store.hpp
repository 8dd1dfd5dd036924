// PostgresAccountStore: the accounts in PostgreSQL, schema `auth`
// (deploy/postgres/migrations/auth). Owned by main(), lives on the service's loop; its SQL runs on
// the pool's workers. Everything written is one transaction that can be repeated.
#pragma once

#include <chrono>
#include <functional>
#include <string_view>

#include "auth/core/ports.hpp"

namespace pqxx {
class connection_base;
}

namespace monarch::stores {
class PostgresPool;
struct StoreError;
}  // namespace monarch::stores

namespace monarch::auth {

class PostgresAccountStore final : public AccountStore {
 public:
  // Told of each question that the pool did not answer, on the loop.
  using Report = std::function<void(std::string_view operation, const stores::StoreError& error)>;

  // A statement over all rows of an import may take its time.
  static constexpr std::chrono::seconds kImportDeadline{120};

  PostgresAccountStore(stores::PostgresPool& pool, Report report);

  Answer<std::optional<Credentials>> find_credentials(Handle handle) override;
  Answer<std::optional<Account>> find(Handle handle) override;
  Answer<std::vector<Account>> list(AccountId after, std::size_t limit) override;
  Answer<std::vector<AccountId>> reserve_ids(std::size_t count) override;
  Answer<ImportId> reserve_import() override;
  Answer<std::vector<Account>> add_pending(std::vector<NewAccount> rows, ImportId import) override;
  Answer<std::vector<AccountId>> adopt_pending(std::vector<NewAccount> rows,
                                               ImportId import) override;
  Answer<std::size_t> activate(std::vector<AccountId> accounts) override;
  Answer<std::vector<NewAccount>> list_import(ImportId import, AccountId after,
                                              std::size_t limit) override;
  Answer<Ok> offer_import(ImportId import) override;
  Answer<std::size_t> activate_import(ImportId import) override;
  Answer<Ok> discard_import(ImportId import) override;
  Answer<bool> set_password(AccountId account, SealedPassword password) override;
  Answer<bool> set_suspended(AccountId account, bool suspended) override;
  Answer<bool> set_consent(AccountId account, bool given) override;
  Answer<bool> set_verified(AccountId account, bool verified) override;
  Answer<bool> mark_deleting(AccountId account) override;
  Answer<Ok> remove(AccountId account) override;

 private:
  template <class T, class F>
  Answer<T> ask(std::string_view operation, F job,
                std::chrono::seconds deadline = std::chrono::seconds::zero());

  // One of the three above, by the name of its statement.
  Answer<bool> set_state(const char* statement, AccountId account, bool value);

  stores::PostgresPool& pool_;
  Report report_;
};

}  // namespace monarch::auth
