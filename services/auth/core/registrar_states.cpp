// Registrar: the states that an administrator gives an account.
#include <utility>

#include "auth/core/registrar.hpp"

namespace monarch::auth {

// An account that is neither on its way in nor on its way out.
Task<Result<Account, Refusal>> Registrar::standing(Handle handle) {
  const auto found = co_await store_.find(std::move(handle));
  if (!found) co_return fail(Refusal::kStoreUnavailable);
  if (!found->has_value()) co_return fail(Refusal::kNotFound);
  const Account account = **found;
  if (account.state == AccountState::kPending) co_return fail(Refusal::kHalfMade);
  if (account.state == AccountState::kDeleting) co_return fail(Refusal::kDeleting);
  co_return account;
}

// What is stored by now keeps him from coming back.
Task<Result<Account, Refusal>> Registrar::shut(Account account) {
  const auto kicked = co_await principals_.kick(account.id);
  if (!kicked) co_return fail(Refusal::kPresenceUnavailable);
  co_return account;
}

Task<Result<Account, Refusal>> Registrar::suspend(Handle handle) {
  auto found = co_await standing(std::move(handle));
  if (!found) co_return found;
  Account account = *found;
  const auto set = co_await store_.set_suspended(account.id, true);
  if (!set) co_return fail(Refusal::kStoreUnavailable);
  if (!*set) co_return fail(Refusal::kDeleting);
  account.state = AccountState::kSuspended;
  co_return co_await shut(std::move(account));
}

Task<Result<Account, Refusal>> Registrar::resume(Handle handle) {
  auto found = co_await standing(std::move(handle));
  if (!found) co_return found;
  Account account = *found;
  const auto set = co_await store_.set_suspended(account.id, false);
  if (!set) co_return fail(Refusal::kStoreUnavailable);
  if (!*set) co_return fail(Refusal::kDeleting);
  account.state = AccountState::kActive;
  co_return account;
}

Task<Result<Account, Refusal>> Registrar::set_consent(Handle handle, bool given) {
  auto found = co_await standing(std::move(handle));
  if (!found) co_return found;
  Account account = *found;
  const auto set = co_await store_.set_consent(account.id, given);
  if (!set) co_return fail(Refusal::kStoreUnavailable);
  if (!*set) co_return fail(Refusal::kDeleting);
  account.consent = given;
  if (given) co_return account;
  co_return co_await shut(std::move(account));
}

Task<Outcome<Refusal>> Registrar::shut_again(Handle handle) {
  const auto found = co_await standing(std::move(handle));
  if (!found) {
    // Gone meanwhile, and his session with it.
    const bool gone = found.error() == Refusal::kNotFound || found.error() == Refusal::kDeleting;
    if (gone) co_return Ok{};
    co_return fail(found.error());
  }
  if (found->state != AccountState::kSuspended && found->consent) co_return Ok{};
  const auto kicked = co_await shut(*found);
  if (!kicked) co_return fail(kicked.error());
  co_return Ok{};
}

Task<Result<Account, Refusal>> Registrar::set_verified(Handle handle, bool verified) {
  auto found = co_await standing(std::move(handle));
  if (!found) co_return found;
  Account account = *found;
  const auto set = co_await store_.set_verified(account.id, verified);
  if (!set) co_return fail(Refusal::kStoreUnavailable);
  if (!*set) co_return fail(Refusal::kDeleting);
  account.verified = verified;
  co_return account;
}

}  // namespace monarch::auth
