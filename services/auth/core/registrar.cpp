#include "auth/core/registrar.hpp"

#include <utility>

namespace monarch::auth {

std::string_view text_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::kExists:
      return "there is an account with this email already";
    case Refusal::kNotFound:
      return "there is no account with this email";
    case Refusal::kDeleting:
      return "the account is being deleted: delete it again to finish that first";
    case Refusal::kHalfMade:
      return "the account is half made: add it again to finish that first";
    case Refusal::kTaken:
      return "presence has a roster of this email under another account number";
    case Refusal::kTooManyRows:
      return "too many rows for one atomic import: split the file, or raise import-rows-max";
    case Refusal::kStoreUnavailable:
      return "auth cannot reach its PostgreSQL; nothing is lost, try again";
    case Refusal::kPresenceUnavailable:
      return "auth cannot reach presence; what was begun is kept, repeat it to finish";
  }
  return "";
}

Task<Result<Account, Refusal>> Registrar::create(Application application) {
  auto claimed = co_await claim(application);
  if (!claimed) co_return claimed;
  Account account = *claimed;

  std::vector<Principal> principals;
  principals.push_back({account.id, account.handle, std::move(application.friendly_name)});
  const auto ensured = co_await principals_.ensure(std::move(principals));
  if (!ensured) {
    // Taken means that presence knows nothing of this number: the row can go without a trace.
    if (ensured.error() == PrincipalsFault::kTaken) {
      const auto removed = co_await store_.remove(account.id);
      if (!removed) co_return fail(Refusal::kStoreUnavailable);
    }
    co_return fail(refusal_of(ensured.error()));
  }
  std::vector<AccountId> ids;
  ids.push_back(account.id);
  const auto activated = co_await store_.activate(std::move(ids));
  if (!activated) co_return fail(Refusal::kStoreUnavailable);
  account.state = AccountState::kActive;
  co_return account;
}

// The pending row of this handle: a new one, or the one that an earlier attempt left behind.
Task<Result<Account, Refusal>> Registrar::claim(const Application& application) {
  const auto ids = co_await store_.reserve_ids(1);
  if (!ids) co_return fail(Refusal::kStoreUnavailable);
  const AccountId fresh = ids->front();

  std::vector<NewAccount> rows;
  rows.push_back({fresh, application.handle, vault_.seal(fresh, application.password),
                  application.friendly_name});
  const auto standing = co_await store_.add_pending(std::move(rows), ImportId());
  if (!standing) co_return fail(Refusal::kStoreUnavailable);
  const Account account = standing->front();
  if (account.id == fresh) co_return account;
  if (account.state == AccountState::kDeleting) co_return fail(Refusal::kDeleting);
  if (account.state != AccountState::kPending) co_return fail(Refusal::kExists);

  std::vector<NewAccount> left;
  left.push_back({account.id, account.handle, vault_.seal(account.id, application.password),
                  application.friendly_name});
  const auto adopted = co_await store_.adopt_pending(std::move(left), ImportId());
  if (!adopted) co_return fail(Refusal::kStoreUnavailable);
  // Whoever began it has finished it in the meantime.
  if (adopted->empty()) co_return fail(Refusal::kExists);
  co_return account;
}

Task<Outcome<Refusal>> Registrar::set_password(Handle handle, Secret password) {
  const auto found = co_await store_.find(std::move(handle));
  if (!found) co_return fail(Refusal::kStoreUnavailable);
  if (!found->has_value()) co_return fail(Refusal::kNotFound);
  const AccountId id = (*found)->id;
  if ((*found)->state == AccountState::kDeleting) co_return fail(Refusal::kDeleting);
  SealedPassword sealed = vault_.seal(id, password);
  const auto changed = co_await store_.set_password(id, std::move(sealed));
  if (!changed) co_return fail(Refusal::kStoreUnavailable);
  if (!*changed) co_return fail(Refusal::kNotFound);
  co_return Ok{};
}

Task<Outcome<Refusal>> Registrar::remove(Handle handle) {
  const auto found = co_await store_.find(std::move(handle));
  if (!found) co_return fail(Refusal::kStoreUnavailable);
  if (!found->has_value()) co_return fail(Refusal::kNotFound);
  const AccountId id = (*found)->id;
  const auto marked = co_await store_.mark_deleting(id);
  if (!marked) co_return fail(Refusal::kStoreUnavailable);
  const auto removed = co_await principals_.remove(id);
  if (!removed) co_return fail(refusal_of(removed.error()));
  const auto gone = co_await store_.remove(id);
  if (!gone) co_return fail(Refusal::kStoreUnavailable);
  co_return Ok{};
}

}  // namespace monarch::auth
