#include "auth/core/importer.hpp"

#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace monarch::auth {

Task<Result<ImportAnswer, Refusal>> Importer::take(std::vector<ImportRow> rows) {
  MONARCH_ASSERT(rows.size() <= kChunkRowsMax);
  rows_ += rows.size();
  if (atomic_) {
    if (rows_ > atomic_rows_max_) co_return fail(Refusal::kTooManyRows);
    if (import_ == ImportId()) {
      const auto reserved = co_await store_.reserve_import();
      if (!reserved) co_return fail(Refusal::kStoreUnavailable);
      import_ = *reserved;
    }
  }
  ImportAnswer answer;
  std::vector<Candidate> candidates = sift(std::move(rows), answer);
  std::vector<AccountId> ids;
  if (!candidates.empty()) {
    const auto staged = co_await stage(candidates, ids, answer);
    if (!staged) co_return fail(staged.error());
  }
  if (!answer.bad.empty()) spoiled_ = true;
  if (!atomic_ && !candidates.empty()) {
    const auto settled = co_await settle(candidates, std::move(ids), answer);
    if (!settled) co_return fail(settled.error());
  }
  co_return answer;
}

std::vector<Importer::Candidate> Importer::sift(std::vector<ImportRow> rows, ImportAnswer& answer) {
  std::vector<Candidate> candidates;
  std::unordered_map<Handle, std::uint64_t> seen;
  for (ImportRow& row : rows) {
    if (!row.application) {
      answer.bad.push_back({row.line, row.application.error()});
      continue;
    }
    const auto [first, fresh] = seen.emplace(row.application->handle, row.line);
    if (!fresh) {
      answer.bad.push_back(
          {row.line, "the email stands in line " + std::to_string(first->second) + " already"});
      continue;
    }
    candidates.push_back({row.line, std::move(row.application).value()});
  }
  return candidates;
}

Task<Outcome<Refusal>> Importer::stage(std::vector<Candidate>& candidates,
                                       std::vector<AccountId>& ids, ImportAnswer& answer) {
  auto reserved = co_await store_.reserve_ids(candidates.size());
  if (!reserved) co_return fail(Refusal::kStoreUnavailable);
  std::vector<NewAccount> rows;
  rows.reserve(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Application& application = candidates[i].application;
    const AccountId id = (*reserved)[i];
    rows.push_back(
        {id, application.handle, vault_.seal(id, application.password), application.friendly_name});
  }
  const auto standing = co_await store_.add_pending(std::move(rows), import_);
  if (!standing) co_return fail(Refusal::kStoreUnavailable);

  std::vector<Candidate> ours;
  std::vector<std::size_t> left;  // places in `ours` of accounts that were pending before
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Account& account = (*standing)[i];
    if (account.id != (*reserved)[i]) {
      if (account.state != AccountState::kPending) {
        const Refusal why =
            account.state == AccountState::kDeleting ? Refusal::kDeleting : Refusal::kExists;
        answer.bad.push_back({candidates[i].line, std::string(text_of(why))});
        continue;
      }
      left.push_back(ours.size());
    }
    ids.push_back(account.id);
    ours.push_back(std::move(candidates[i]));
  }
  if (!left.empty()) {
    const auto adopted = co_await adopt(ours, ids, std::move(left), answer);
    if (!adopted) co_return adopted;
  }
  // What adopt() could not have bears no number any more.
  candidates.clear();
  std::vector<AccountId> kept;
  for (std::size_t i = 0; i < ours.size(); ++i) {
    if (ids[i] == AccountId()) continue;
    kept.push_back(ids[i]);
    candidates.push_back(std::move(ours[i]));
  }
  ids = std::move(kept);
  co_return Ok{};
}

Task<Outcome<Refusal>> Importer::adopt(const std::vector<Candidate>& candidates,
                                       std::vector<AccountId>& ids, std::vector<std::size_t> left,
                                       ImportAnswer& answer) {
  std::vector<NewAccount> rows;
  for (const std::size_t i : left) {
    const Application& application = candidates[i].application;
    rows.push_back({ids[i], application.handle, vault_.seal(ids[i], application.password),
                    application.friendly_name});
  }
  const auto adopted = co_await store_.adopt_pending(std::move(rows), import_);
  if (!adopted) co_return fail(Refusal::kStoreUnavailable);
  const std::unordered_set<AccountId> got(adopted->begin(), adopted->end());
  for (const std::size_t i : left) {
    if (got.contains(ids[i])) continue;
    // Pending, yet not to be had: an earlier row of this very import has it (atomic), or somebody
    // else has just finished it.
    answer.bad.push_back({candidates[i].line, atomic_ ? "the email stands in the file twice"
                                                      : std::string(text_of(Refusal::kExists))});
    ids[i] = AccountId();
  }
  co_return Ok{};
}

Task<Outcome<Refusal>> Importer::settle(const std::vector<Candidate>& candidates,
                                        std::vector<AccountId> ids, ImportAnswer& answer) {
  std::vector<Principal> principals;
  principals.reserve(candidates.size());
  for (std::size_t i = 0; i < candidates.size(); ++i) {
    const Application& application = candidates[i].application;
    principals.push_back({ids[i], application.handle, application.friendly_name});
  }
  const auto ensured = co_await principals_.ensure(principals);
  if (!ensured) {
    if (ensured.error() != PrincipalsFault::kTaken) co_return fail(refusal_of(ensured.error()));
    const auto singly = co_await settle_singly(std::move(principals), candidates, ids, answer);
    if (!singly) co_return singly;
  }
  const auto activated = co_await store_.activate(std::move(ids));
  if (!activated) co_return fail(Refusal::kStoreUnavailable);
  answer.created += *activated;
  co_return Ok{};
}

// One of the chunk is taken; presence does not say which, so it is asked for each.
Task<Outcome<Refusal>> Importer::settle_singly(std::vector<Principal> principals,
                                               const std::vector<Candidate>& candidates,
                                               std::vector<AccountId>& ids, ImportAnswer& answer) {
  std::vector<AccountId> settled;
  for (std::size_t i = 0; i < principals.size(); ++i) {
    std::vector<Principal> one;
    one.push_back(std::move(principals[i]));
    const auto ensured = co_await principals_.ensure(std::move(one));
    if (ensured) {
      settled.push_back(ids[i]);
      continue;
    }
    if (ensured.error() != PrincipalsFault::kTaken) co_return fail(refusal_of(ensured.error()));
    answer.bad.push_back({candidates[i].line, std::string(text_of(Refusal::kTaken))});
    const auto removed = co_await store_.remove(ids[i]);
    if (!removed) co_return fail(Refusal::kStoreUnavailable);
  }
  ids = std::move(settled);
  co_return Ok{};
}

Task<Result<ImportAnswer, Refusal>> Importer::finish() {
  ImportAnswer answer;
  if (import_ == ImportId()) co_return answer;
  if (spoiled_) {
    co_await abandon();
    co_return answer;
  }
  const auto offered = co_await store_.offer_import(import_);
  if (!offered) co_return fail(Refusal::kStoreUnavailable);
  AccountId after;
  while (true) {
    auto members = co_await store_.list_import(import_, after, kChunkRowsMax);
    if (!members) co_return fail(Refusal::kStoreUnavailable);
    if (members->empty()) break;
    after = members->back().id;
    std::vector<Principal> principals;
    principals.reserve(members->size());
    for (NewAccount& member : *members) {
      principals.push_back({member.id, std::move(member.handle), std::move(member.friendly_name)});
    }
    const auto ensured = co_await principals_.ensure(std::move(principals));
    if (!ensured) co_return fail(refusal_of(ensured.error()));
  }
  const auto activated = co_await store_.activate_import(import_);
  if (!activated) co_return fail(Refusal::kStoreUnavailable);
  import_ = ImportId();
  answer.created = *activated;
  co_return answer;
}

Task<> Importer::abandon() {
  if (import_ == ImportId()) co_return;
  const ImportId import = std::exchange(import_, ImportId());
  // Should the store be away, the rows stay pending: nobody can sign in with them, and the next
  // import or create of the same email takes them up.
  const auto discarded = co_await store_.discard_import(import);
  static_cast<void>(discarded);
}

}  // namespace monarch::auth
