#include "auth/core/testing/memory_account_store.hpp"

#include <utility>

namespace monarch::auth::testing {

namespace {
constexpr Failure<StoreFault> kAway{StoreFault::kUnavailable};
}  // namespace

bool MemoryAccountStore::away() {
  ++calls_;
  if (!calls_left_) return false;
  if (*calls_left_ == 0) return true;
  --*calls_left_;
  return false;
}

MemoryAccountStore::Row* MemoryAccountStore::row_of(const Handle& handle) {
  for (auto& [id, row] : rows_) {
    if (row.account.handle == handle) return &row;
  }
  return nullptr;
}

void MemoryAccountStore::settle(Row& row) {
  row.account.state = AccountState::kActive;
  row.import = ImportId();
  row.offered = true;
  row.pending_name.clear();
}

void MemoryAccountStore::set_verified(const Handle& handle, bool verified) {
  Row* row = row_of(handle);
  if (row != nullptr) row->account.verified = verified;
}

void MemoryAccountStore::suspend(const Handle& handle) {
  row_of(handle)->account.state = AccountState::kSuspended;
}

AccountStore::Answer<std::optional<Credentials>> MemoryAccountStore::find_credentials(
    Handle handle) {
  if (away()) co_return kAway;
  const Row* row = row_of(handle);
  if (row == nullptr) co_return std::optional<Credentials>();
  co_return std::optional<Credentials>({row->account.id, row->account.state, row->account.verified,
                                        row->password, row->account.consent});
}

AccountStore::Answer<std::optional<Account>> MemoryAccountStore::find(Handle handle) {
  if (away()) co_return kAway;
  const Row* row = row_of(handle);
  if (row == nullptr) co_return std::optional<Account>();
  co_return std::optional<Account>(row->account);
}

AccountStore::Answer<std::vector<Account>> MemoryAccountStore::list(AccountId after,
                                                                    std::size_t limit) {
  if (away()) co_return kAway;
  std::vector<Account> accounts;
  for (auto at = rows_.upper_bound(after); at != rows_.end() && accounts.size() < limit; ++at) {
    accounts.push_back(at->second.account);
  }
  co_return accounts;
}

AccountStore::Answer<std::vector<AccountId>> MemoryAccountStore::reserve_ids(std::size_t count) {
  if (away()) co_return kAway;
  std::vector<AccountId> ids;
  while (ids.size() < count) ids.emplace_back(++last_id_);
  co_return ids;
}

AccountStore::Answer<ImportId> MemoryAccountStore::reserve_import() {
  if (away()) co_return kAway;
  co_return ImportId(++last_import_);
}

AccountStore::Answer<std::vector<Account>> MemoryAccountStore::add_pending(
    std::vector<NewAccount> rows, ImportId import) {
  if (away()) co_return kAway;
  std::vector<Account> standing;
  for (NewAccount& row : rows) {
    const Row* taken = row_of(row.handle);
    if (taken == nullptr) {
      Row fresh{{row.id, row.handle, AccountState::kPending, true, {}},
                std::move(row.password),
                std::move(row.friendly_name),
                import,
                import == ImportId()};
      taken = &rows_.emplace(row.id, std::move(fresh)).first->second;
    }
    standing.push_back(taken->account);
  }
  co_return standing;
}

AccountStore::Answer<std::vector<AccountId>> MemoryAccountStore::adopt_pending(
    std::vector<NewAccount> rows, ImportId import) {
  if (away()) co_return kAway;
  std::vector<AccountId> adopted;
  for (NewAccount& from : rows) {
    const auto at = rows_.find(from.id);
    if (at == rows_.end()) continue;
    Row& row = at->second;
    if (row.account.state != AccountState::kPending) continue;
    if (import != ImportId() && row.import == import) continue;
    row.password = std::move(from.password);
    row.pending_name = std::move(from.friendly_name);
    row.import = import;
    if (import == ImportId()) row.offered = true;
    adopted.push_back(from.id);
  }
  co_return adopted;
}

AccountStore::Answer<std::size_t> MemoryAccountStore::activate(std::vector<AccountId> accounts) {
  if (away()) co_return kAway;
  std::size_t activated = 0;
  for (const AccountId id : accounts) {
    const auto at = rows_.find(id);
    if (at == rows_.end() || at->second.account.state != AccountState::kPending) continue;
    settle(at->second);
    ++activated;
  }
  co_return activated;
}

AccountStore::Answer<std::vector<NewAccount>> MemoryAccountStore::list_import(ImportId import,
                                                                              AccountId after,
                                                                              std::size_t limit) {
  if (away()) co_return kAway;
  std::vector<NewAccount> members;
  for (auto at = rows_.upper_bound(after); at != rows_.end() && members.size() < limit; ++at) {
    const Row& row = at->second;
    if (row.import != import) continue;
    members.push_back({row.account.id, row.account.handle, {}, row.pending_name});
  }
  co_return members;
}

AccountStore::Answer<Ok> MemoryAccountStore::offer_import(ImportId import) {
  if (away()) co_return kAway;
  for (auto& [id, row] : rows_) {
    if (row.import == import) row.offered = true;
  }
  co_return Ok{};
}

AccountStore::Answer<std::size_t> MemoryAccountStore::activate_import(ImportId import) {
  if (away()) co_return kAway;
  std::size_t activated = 0;
  for (auto& [id, row] : rows_) {
    if (row.import != import || row.account.state != AccountState::kPending) continue;
    settle(row);
    ++activated;
  }
  co_return activated;
}

AccountStore::Answer<Ok> MemoryAccountStore::discard_import(ImportId import) {
  if (away()) co_return kAway;
  std::erase_if(rows_, [&](const auto& entry) {
    return entry.second.import == import && !entry.second.offered;
  });
  for (auto& [id, row] : rows_) {
    if (row.import == import) row.import = ImportId();
  }
  co_return Ok{};
}

AccountStore::Answer<bool> MemoryAccountStore::set_password(AccountId account,
                                                            SealedPassword password) {
  if (away()) co_return kAway;
  const auto at = rows_.find(account);
  if (at == rows_.end()) co_return false;
  at->second.password = std::move(password);
  co_return true;
}

AccountStore::Answer<bool> MemoryAccountStore::set_suspended(AccountId account, bool suspended) {
  if (away()) co_return kAway;
  const auto at = rows_.find(account);
  if (at == rows_.end()) co_return false;
  auto& state = at->second.account.state;
  if (state != AccountState::kActive && state != AccountState::kSuspended) co_return false;
  state = suspended ? AccountState::kSuspended : AccountState::kActive;
  co_return true;
}

AccountStore::Answer<bool> MemoryAccountStore::set_consent(AccountId account, bool given) {
  if (away()) co_return kAway;
  const auto at = rows_.find(account);
  if (at == rows_.end() || at->second.account.state == AccountState::kDeleting) co_return false;
  at->second.account.consent = given;
  co_return true;
}

AccountStore::Answer<bool> MemoryAccountStore::set_verified(AccountId account, bool verified) {
  if (away()) co_return kAway;
  const auto at = rows_.find(account);
  if (at == rows_.end() || at->second.account.state == AccountState::kDeleting) co_return false;
  at->second.account.verified = verified;
  co_return true;
}

AccountStore::Answer<bool> MemoryAccountStore::mark_deleting(AccountId account) {
  if (away()) co_return kAway;
  const auto at = rows_.find(account);
  if (at == rows_.end()) co_return false;
  at->second.account.state = AccountState::kDeleting;
  co_return true;
}

AccountStore::Answer<Ok> MemoryAccountStore::remove(AccountId account) {
  if (away()) co_return kAway;
  rows_.erase(account);
  co_return Ok{};
}

}  // namespace monarch::auth::testing
