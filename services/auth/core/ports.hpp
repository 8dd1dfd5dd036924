// The doors through which the rules of auth meet the world. Everything is called on the service's
// one loop, and every Task ends there; implementations never block it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "auth/core/account.hpp"
#include "auth/core/secret.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace monarch::auth {

// The store did not do what it was asked; it may have been done nonetheless (a lost connection
// after the commit), so every operation below can be repeated.
enum class StoreFault : std::uint8_t { kUnavailable };

// The accounts: PostgreSQL, schema `auth`. Every write is one transaction.
class AccountStore {
 public:
  virtual ~AccountStore() = default;

  template <class T>
  using Answer = Task<Result<T, StoreFault>>;

  // One indexed read and nothing else: it happens at every sign-in.
  virtual Answer<std::optional<Credentials>> find_credentials(Handle handle) = 0;
  virtual Answer<std::optional<Account>> find(Handle handle) = 0;
  // Accounts with an id above `after`, ascending, at most `limit`.
  virtual Answer<std::vector<Account>> list(AccountId after, std::size_t limit) = 0;

  // Fresh ids, ascending, never given out twice: a password is bound to its id before it is stored.
  virtual Answer<std::vector<AccountId>> reserve_ids(std::size_t count) = 0;
  virtual Answer<ImportId> reserve_import() = 0;

  // Adds the rows as pending, members of `import` (0: of none), and returns for each, in order, the
  // account that now has the handle: the row's own id where it was added, another one where the
  // handle was taken. The handles are distinct.
  virtual Answer<std::vector<Account>> add_pending(std::vector<NewAccount> rows,
                                                   ImportId import) = 0;
  // Gives accounts that were left pending (row.id names them) a new password, name and import;
  // returns those that were still pending and did not belong to this import already.
  virtual Answer<std::vector<AccountId>> adopt_pending(std::vector<NewAccount> rows,
                                                       ImportId import) = 0;
  // Pending becomes active; others are left alone. Returns how many became it.
  virtual Answer<std::size_t> activate(std::vector<AccountId> accounts) = 0;

  // The members of an import with an id above `after`, ascending, at most `limit`; without
  // password.
  virtual Answer<std::vector<NewAccount>> list_import(ImportId import, AccountId after,
                                                      std::size_t limit) = 0;
  // From now on presence may know the members, so that discard_import() must not drop them.
  virtual Answer<Ok> offer_import(ImportId import) = 0;
  virtual Answer<std::size_t> activate_import(ImportId import) = 0;
  // Drops the members that no one but this import knows and lets go of the others.
  virtual Answer<Ok> discard_import(ImportId import) = 0;

  // False when there is no such account.
  virtual Answer<bool> set_password(AccountId account, SealedPassword password) = 0;
  // Active becomes suspended, or suspended active; what is so already stays so. False when the
  // account is neither.
  virtual Answer<bool> set_suspended(AccountId account, bool suspended) = 0;
  // False when there is no such account, or it is being deleted.
  virtual Answer<bool> set_consent(AccountId account, bool given) = 0;
  virtual Answer<bool> set_verified(AccountId account, bool verified) = 0;
  virtual Answer<bool> mark_deleting(AccountId account) = 0;
  virtual Answer<Ok> remove(AccountId account) = 0;
};

enum class VaultFault : std::uint8_t {
  kUnknownKey,  // sealed with a key that the key file no longer holds
  kForged,      // not what was sealed for this account: damaged, or moved to another row
};

// Encrypts passwords at rest. The account's number is bound in: a sealed password copied to another
// row does not open.
class PasswordVault {
 public:
  virtual ~PasswordVault() = default;
  [[nodiscard]] virtual SealedPassword seal(AccountId account, const Secret& password) = 0;
  [[nodiscard]] virtual Result<Secret, VaultFault> open(AccountId account,
                                                        const SealedPassword& sealed) = 0;
};

using Md5Digest = std::array<std::uint8_t, 16>;

class Hasher {
 public:
  virtual ~Hasher() = default;
  // MD5 of challenge followed by password (docs/protocol/dispatch.md#4-usr).
  [[nodiscard]] virtual Md5Digest md5(std::string_view challenge, std::string_view password) = 0;
};

struct Principal {
  AccountId account;
  Handle handle;
  std::string friendly_name;  // encoded token; empty: the handle
};

enum class PrincipalsFault : std::uint8_t {
  kUnavailable,
  kTaken,  // presence has one of the handles under another account
};

// Presence, which owns the rosters and knows who is signed in. All calls are idempotent.
class Principals {
 public:
  virtual ~Principals() = default;
  static constexpr std::size_t kPrincipalsMax = 500;  // per call
  virtual Task<Outcome<PrincipalsFault>> ensure(std::vector<Principal> principals) = 0;
  virtual Task<Outcome<PrincipalsFault>> remove(AccountId account) = 0;
  // Ends the account's session, wherever it is.
  virtual Task<Outcome<PrincipalsFault>> kick(AccountId account) = 0;
};

}  // namespace monarch::auth
