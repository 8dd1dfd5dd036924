// PostgresDirectoryStore: table roster.directory behind the core's DirectoryStore. Owned by the
// composition root; asked and answered on the loop, the work is done on the threads of the pool.
#pragma once

#include <vector>

#include "presence/core/directory_store.hpp"
#include "stores/postgres_pool.hpp"

namespace monarch::presence {

class PostgresDirectoryStore final : public DirectoryStore {
 public:
  // What the pool is to prepare on each connection.
  static void prepare(pqxx::connection& connection);

  // The pool must have been made with prepare(), and with what PostgresRosterStore prepares.
  explicit PostgresDirectoryStore(stores::PostgresPool& pool) : pool_(pool) {}

  Answer<bool> put(AccountId account, const DirectoryEntry& entry) override;
  Answer<bool> remove(AccountId account) override;
  Answer<model::Person> get(AccountId account) override;
  Answer<std::vector<model::Found::Entry>> search(const model::Person& keys,
                                                  std::size_t limit) override;

 private:
  stores::PostgresPool& pool_;
};

}  // namespace monarch::presence
