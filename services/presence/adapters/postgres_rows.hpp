// The rows of schema roster as values, and the statements that read and write them. For the workers
// of the PostgreSQL pool; every function throws what libpqxx throws, the pool turns it into an
// error.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <pqxx/connection>
#include <pqxx/result>
#include <pqxx/transaction_base>

#include "presence/core/ports.hpp"
#include "presence/core/roster_data.hpp"

namespace monarch::presence::rows {

// Once per connection.
void prepare(pqxx::connection& connection);

// PostgreSQL has no unsigned numbers: ids of 64 bits travel as the signed number of the same bits.
[[nodiscard]] inline std::int64_t to_sql(std::uint64_t number) {
  return static_cast<std::int64_t>(number);
}
[[nodiscard]] inline std::uint64_t from_sql(std::int64_t number) {
  return static_cast<std::uint64_t>(number);
}
// "{1,2,3}"
[[nodiscard]] std::string to_sql(const std::vector<AccountId>& accounts);

struct LockedPrincipal {
  Principal principal;
  bool removed = false;
  // The last attempt of a session, and the last one from outside that may be repeated.
  struct Memory {
    AttemptKey attempt;
    std::string aftermath;  // bytes; empty when there was no attempt
  };
  Memory session;
  Memory outside;
};

[[nodiscard]] std::optional<RosterData> load(pqxx::transaction_base& tx, AccountId owner,
                                             bool removed);

// Locks the principal of `owner` and the one who bears `other`, in ascending account id.
[[nodiscard]] std::vector<LockedPrincipal> lock_pair(pqxx::transaction_base& tx, AccountId owner,
                                                     const std::string& other);
// Locks all of them, in ascending account id.
[[nodiscard]] std::vector<LockedPrincipal> lock_all(pqxx::transaction_base& tx,
                                                    const std::vector<AccountId>& accounts);

// Row (owner, other), if there is one.
[[nodiscard]] std::optional<Entry> read_entry(pqxx::transaction_base& tx, AccountId owner,
                                              AccountId other);
struct OwnedEntry {
  AccountId owner;
  Entry entry;
};
// Rows (each of the owners, other).
[[nodiscard]] std::vector<OwnedEntry> read_entries_about(pqxx::transaction_base& tx,
                                                         const std::vector<AccountId>& owners,
                                                         AccountId other);

void write_principal(pqxx::transaction_base& tx, const Principal& principal);
// One from outside without a sequence is not kept.
void write_attempt(pqxx::transaction_base& tx, AccountId owner, const AttemptKey& attempt,
                   const Aftermath& aftermath);
// An empty entry is deleted.
void write_entry(pqxx::transaction_base& tx, AccountId owner, const Entry& entry);

struct Cause {
  AccountId account;
  Revision revision = 0;
};
void write_journal(pqxx::transaction_base& tx, AccountId owner, const model::RosterEvent& event,
                   std::optional<Cause> cause = std::nullopt);
[[nodiscard]] model::RosterEvent read_event(const pqxx::row& row);
// The rows with `after` < serial <= `last`, at most `limit`, if they are there without a gap.
// Nothing when the journal does not reach back so far.
[[nodiscard]] std::optional<std::vector<model::RosterEvent>> read_journal(
    pqxx::transaction_base& tx, AccountId owner, Serial after, Serial last, std::size_t limit);

}  // namespace monarch::presence::rows
