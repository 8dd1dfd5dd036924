// MemoryAccountStore: the account store of tests. It passes the same contract suite as the one on
// PostgreSQL (core/testing/account_store_contract.hpp), answers at once, and can be told to be
// away.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/core/ports.hpp"

namespace monarch::auth::testing {

class MemoryAccountStore final : public AccountStore {
 public:
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

  // From the call after the next `calls` on, the store is away; nothing: never.
  void fail_after(std::optional<std::size_t> calls) { calls_left_ = calls; }
  [[nodiscard]] std::size_t calls() const { return calls_; }
  void suspend(const Handle& handle);
  void set_verified(const Handle& handle, bool verified);

 private:
  struct Row {
    Account account;
    SealedPassword password;
    std::string pending_name;
    ImportId import;
    bool offered = true;
  };

  [[nodiscard]] bool away();
  [[nodiscard]] Row* row_of(const Handle& handle);
  void settle(Row& row);

  std::map<AccountId, Row> rows_;
  std::uint64_t last_id_ = 0;
  std::uint64_t last_import_ = 0;
  std::size_t calls_ = 0;
  std::optional<std::size_t> calls_left_;
};

}  // namespace monarch::auth::testing
