// PostgresRosterStore: schema roster behind the core's RosterStore. Owned by the composition root;
// asked and answered on the loop, the work is done on the pool's threads.
#pragma once

#include "presence/core/ports.hpp"
#include "stores/postgres_pool.hpp"

namespace monarch::presence {

class PostgresRosterStore final : public RosterStore {
 public:
  // What the pool is to prepare on each connection.
  static void prepare(pqxx::connection& connection);

  // The pool must have been made with prepare().
  explicit PostgresRosterStore(stores::PostgresPool& pool) : pool_(pool) {}

  Answer<std::optional<RosterData>> load(AccountId owner) override;
  Answer<ChangeResult> change(const ChangeRequest& request, const Decide& decide) override;
  Answer<JournalPage> read_journal(AccountId owner, Serial after, std::size_t limit) override;
  Answer<Batch> spread(AccountId subject, Revision cause, AccountId after,
                       std::size_t limit) override;
  Answer<std::vector<Affected>> unlink(AccountId owner, Revision cause,
                                       const std::vector<AccountId>& others) override;
  Answer<std::vector<Head>> heads(const std::vector<AccountId>& accounts) override;
  Answer<bool> ensure_principals(const std::vector<NewPrincipal>& principals) override;
  Answer<std::optional<AccountId>> find(const Handle& handle) override;
  Answer<Ok> mark_removed(AccountId account) override;
  Answer<std::optional<RosterData>> load_removed(AccountId account) override;
  Answer<Batch> remove_batch(AccountId account, std::size_t limit) override;
  Answer<std::uint64_t> next_generation() override;

  // Deletes up to `limit` journal rows older than an hour (ARCHITECTURE.md#rule-2); how many there
  // were.
  Answer<std::size_t> trim_journal(std::size_t limit);

 private:
  template <class T, class F>
  Answer<T> run(F job, Duration within = Duration::zero());

  stores::PostgresPool& pool_;
};

}  // namespace monarch::presence
