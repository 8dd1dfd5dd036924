#include "presence/adapters/postgres_directory_store.hpp"

#include <pqxx/nontransaction>
#include <pqxx/prepared_statement>
#include <pqxx/transaction>

#include "presence/adapters/postgres_answer.hpp"
#include "presence/adapters/postgres_rows.hpp"

namespace monarch::presence {

namespace {

// Five columns, beginning with `at`.
model::Person person_of(const pqxx::row& row, int at) {
  return {row[at].as<std::string>(), row[at + 1].as<std::string>(), row[at + 2].as<std::string>(),
          row[at + 3].as<std::string>(), row[at + 4].as<std::string>()};
}

}  // namespace

void PostgresDirectoryStore::prepare(pqxx::connection& connection) {
  connection.prepare("directory_put",
                     "INSERT INTO roster.directory"
                     " SELECT account, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11"
                     " FROM roster.principal WHERE account = $1 AND NOT removed"
                     " ON CONFLICT (account) DO UPDATE SET first = $2, last = $3, city = $4,"
                     " state = $5, country = $6, first_key = $7, last_key = $8, city_key = $9,"
                     " state_key = $10, country_key = $11");
  connection.prepare("directory_remove", "DELETE FROM roster.directory WHERE account = $1");
  connection.prepare("directory_get",
                     "SELECT d.first, d.last, d.city, d.state, d.country FROM roster.directory d"
                     " JOIN roster.principal p USING (account)"
                     " WHERE account = $1 AND NOT p.removed");
  connection.prepare("directory_search",
                     "SELECT p.handle, d.first, d.last, d.city, d.state, d.country"
                     " FROM roster.directory d JOIN roster.principal p USING (account)"
                     " WHERE d.last_key = $2 COLLATE \"C\""
                     " AND ($1 = '' OR d.first_key = $1 COLLATE \"C\")"
                     " AND ($3 = '' OR d.city_key = $3 COLLATE \"C\")"
                     " AND ($4 = '' OR d.state_key = $4 COLLATE \"C\")"
                     " AND ($5 = '' OR d.country_key = $5 COLLATE \"C\")"
                     " AND NOT p.removed ORDER BY account LIMIT $6");
}

DirectoryStore::Answer<bool> PostgresDirectoryStore::put(AccountId account,
                                                         const DirectoryEntry& entry) {
  return answer_from<bool>(pool_, [account, entry](pqxx::connection& connection) {
    const auto& shown = entry.shown;
    const auto& keys = entry.keys;
    pqxx::work tx(connection);
    const auto result = tx.exec_prepared(
        "directory_put", rows::to_sql(account.value()), shown.first, shown.last, shown.city,
        shown.state, shown.country, keys.first, keys.last, keys.city, keys.state, keys.country);
    tx.commit();
    return result.affected_rows() > 0;
  });
}

DirectoryStore::Answer<bool> PostgresDirectoryStore::remove(AccountId account) {
  return answer_from<bool>(pool_, [account](pqxx::connection& connection) {
    pqxx::work tx(connection);
    const auto result = tx.exec_prepared("directory_remove", rows::to_sql(account.value()));
    tx.commit();
    return result.affected_rows() > 0;
  });
}

DirectoryStore::Answer<model::Person> PostgresDirectoryStore::get(AccountId account) {
  return answer_from<model::Person>(pool_, [account](pqxx::connection& connection) {
    pqxx::nontransaction tx(connection);
    const auto result = tx.exec_prepared("directory_get", rows::to_sql(account.value()));
    return result.empty() ? model::Person() : person_of(result[0], 0);
  });
}

DirectoryStore::Answer<std::vector<model::Found::Entry>> PostgresDirectoryStore::search(
    const model::Person& keys, std::size_t limit) {
  using Found = std::vector<model::Found::Entry>;
  return answer_from<Found>(pool_, [keys, limit](pqxx::connection& connection) {
    pqxx::nontransaction tx(connection);
    Found found;
    for (const auto& row :
         tx.exec_prepared("directory_search", keys.first, keys.last, keys.city, keys.state,
                          keys.country, static_cast<std::int64_t>(limit))) {
      found.push_back({row[0].as<std::string>(), person_of(row, 1)});
    }
    return found;
  });
}

}  // namespace monarch::presence
