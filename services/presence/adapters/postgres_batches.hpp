// Consequences for many, in batches: a change of numbers that reaches the others
// (ARCHITECTURE.md#rule-9), and the removal of a principal from everybody's lists. On a worker of
// the pool; throws what libpqxx throws, the caller commits.
#pragma once

#include <cstddef>
#include <vector>

#include <pqxx/connection>
#include <pqxx/transaction_base>

#include "presence/adapters/postgres_rows.hpp"
#include "presence/core/ports.hpp"

namespace monarch::presence::batches {

// Once per connection.
void prepare(pqxx::connection& connection);

// As RosterStore::spread(); `cause` is the subject and his revision.
[[nodiscard]] Batch spread(pqxx::transaction_base& tx, const rows::Cause& cause, AccountId after,
                           std::size_t limit);
// As RosterStore::unlink(); `cause` is the owner and his revision.
[[nodiscard]] std::vector<Affected> unlink(pqxx::transaction_base& tx, const rows::Cause& cause,
                                           const std::vector<AccountId>& others);
// As RosterStore::remove_batch().
[[nodiscard]] Batch remove(pqxx::transaction_base& tx, AccountId account, std::size_t limit);

}  // namespace monarch::presence::batches
