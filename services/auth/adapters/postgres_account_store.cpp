#include "auth/adapters/postgres_account_store.hpp"

#include <optional>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <utility>

#include <pqxx/binarystring>
#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/result_iterator.hxx>
#include <pqxx/transaction>

#include "auth/adapters/postgres_statements.hpp"
#include "stores/postgres_pool.hpp"
#include "stores/postgres_transaction.hpp"

namespace monarch::auth {

namespace {

AccountState state_of(const std::string& name) {
  for (const auto state : {AccountState::kPending, AccountState::kActive, AccountState::kSuspended,
                           AccountState::kDeleting}) {
    if (name == name_of(state)) return state;
  }
  // The table's check allows no other; a newer schema than this program knows does.
  throw std::runtime_error("an account is in a state that this version does not know");
}

AccountId id_of(const pqxx::row& row) { return AccountId(row["id"].as<std::uint64_t>()); }

Account account_of(const pqxx::row& row) {
  return {id_of(row),
          Handle::trusted(row["handle"].as<std::string>()),
          state_of(row["state"].as<std::string>()),
          row["verified"].as<bool>(),
          std::chrono::seconds(row["created"].as<std::int64_t>()),
          row["consent"].as<bool>()};
}

std::string to_array_of_ids(const std::vector<AccountId>& ids) {
  std::vector<std::string> texts;
  texts.reserve(ids.size());
  for (const AccountId id : ids) texts.push_back(std::to_string(id.value()));
  return to_array(texts);
}

// The columns of many rows, as arrays for unnest().
struct Columns {
  std::string ids;
  std::string handles;
  std::string passwords;
  std::string keys;
  std::string names;
};

Columns columns_of(const std::vector<NewAccount>& rows) {
  std::vector<std::string> ids, handles, passwords, keys, names;
  for (const NewAccount& row : rows) {
    ids.push_back(std::to_string(row.id.value()));
    handles.push_back(row.handle.value());
    passwords.push_back(to_bytea(row.password.bytes));
    keys.push_back(row.password.key);
    names.push_back(row.friendly_name);
  }
  return {to_array(ids), to_array(handles), to_array(passwords), to_array(keys), to_array(names)};
}

// One statement that commits itself.
template <class... Arguments>
pqxx::result execute(pqxx::connection& connection, const char* statement,
                     const Arguments&... arguments) {
  pqxx::nontransaction transaction(connection);
  return transaction.exec_prepared(statement, arguments...);
}

// A statement over all rows of an import, which may take longer than others.
std::size_t execute_long(pqxx::connection& connection, const char* statement, ImportId import) {
  return stores::transact(connection, [&](pqxx::work& work) {
    const auto limit = std::chrono::milliseconds(PostgresAccountStore::kImportDeadline).count();
    work.exec_prepared("take_time", std::to_string(limit));
    return static_cast<std::size_t>(work.exec_prepared(statement, import.value()).affected_rows());
  });
}

// After an insert that left taken handles alone: the account of each handle, in the rows' order.
std::vector<Account> standing_of(pqxx::work& work, const std::vector<NewAccount>& rows,
                                 const std::string& handles) {
  std::unordered_map<std::string, Account> found;
  for (const pqxx::row& row : work.exec_prepared("find_all", handles)) {
    Account account = account_of(row);
    const std::string handle = account.handle.value();
    found.emplace(handle, std::move(account));
  }
  std::vector<Account> standing;
  standing.reserve(rows.size());
  for (const NewAccount& row : rows) {
    const auto at = found.find(row.handle.value());
    // In the way of the insert, and deleted before it could be read: once more from the start.
    if (at == found.end()) throw pqxx::serialization_failure("an account was deleted meanwhile");
    standing.push_back(at->second);
  }
  return standing;
}

}  // namespace

PostgresAccountStore::PostgresAccountStore(stores::PostgresPool& pool, Report report)
    : pool_(pool), report_(std::move(report)) {}

template <class T, class F>
AccountStore::Answer<T> PostgresAccountStore::ask(std::string_view operation, F job,
                                                  std::chrono::seconds deadline) {
  auto answered = pool_.submit(std::move(job), deadline);
  stores::StoreResult<T> answer = co_await answered;
  if (answer) co_return std::move(answer).value();
  report_(operation, answer.error());
  co_return fail(StoreFault::kUnavailable);
}

AccountStore::Answer<std::optional<Credentials>> PostgresAccountStore::find_credentials(
    Handle handle) {
  return ask<std::optional<Credentials>>(
      "find_credentials", [handle](pqxx::connection& connection) -> std::optional<Credentials> {
        const auto rows = execute(connection, "find_credentials", handle.value());
        if (rows.empty()) return std::nullopt;
        const pqxx::row row = rows[0];
        return Credentials{
            id_of(row),
            state_of(row["state"].as<std::string>()),
            row["verified"].as<bool>(),
            {row["key_id"].as<std::string>(), pqxx::binarystring(row["password"]).str()},
            row["consent"].as<bool>()};
      });
}

AccountStore::Answer<std::optional<Account>> PostgresAccountStore::find(Handle handle) {
  return ask<std::optional<Account>>(
      "find", [handle](pqxx::connection& connection) -> std::optional<Account> {
        const auto rows = execute(connection, "find", handle.value());
        if (rows.empty()) return std::nullopt;
        return account_of(rows[0]);
      });
}

AccountStore::Answer<std::vector<Account>> PostgresAccountStore::list(AccountId after,
                                                                      std::size_t limit) {
  return ask<std::vector<Account>>("list", [after, limit](pqxx::connection& connection) {
    std::vector<Account> accounts;
    for (const pqxx::row& row : execute(connection, "list", after.value(), limit)) {
      accounts.push_back(account_of(row));
    }
    return accounts;
  });
}

AccountStore::Answer<std::vector<AccountId>> PostgresAccountStore::reserve_ids(std::size_t count) {
  return ask<std::vector<AccountId>>("reserve_ids", [count](pqxx::connection& connection) {
    std::vector<AccountId> ids;
    for (const pqxx::row& row : execute(connection, "reserve_ids", count)) {
      ids.push_back(id_of(row));
    }
    return ids;
  });
}

AccountStore::Answer<ImportId> PostgresAccountStore::reserve_import() {
  return ask<ImportId>("reserve_import", [](pqxx::connection& connection) {
    return ImportId(execute(connection, "reserve_import")[0]["id"].as<std::uint64_t>());
  });
}

AccountStore::Answer<std::vector<Account>> PostgresAccountStore::add_pending(
    std::vector<NewAccount> rows, ImportId import) {
  return ask<std::vector<Account>>(
      "add_pending", [rows = std::move(rows), import](pqxx::connection& connection) {
        const Columns columns = columns_of(rows);
        return stores::transact(connection, [&](pqxx::work& work) {
          work.exec_prepared("add_pending", columns.ids, columns.handles, columns.passwords,
                             columns.keys, columns.names, import.value());
          return standing_of(work, rows, columns.handles);
        });
      });
}

AccountStore::Answer<std::vector<AccountId>> PostgresAccountStore::adopt_pending(
    std::vector<NewAccount> rows, ImportId import) {
  return ask<std::vector<AccountId>>(
      "adopt_pending", [rows = std::move(rows), import](pqxx::connection& connection) {
        const Columns columns = columns_of(rows);
        return stores::transact(connection, [&](pqxx::work& work) {
          std::vector<AccountId> adopted;
          for (const pqxx::row& row :
               work.exec_prepared("adopt_pending", columns.ids, columns.handles, columns.passwords,
                                  columns.keys, columns.names, import.value())) {
            adopted.push_back(id_of(row));
          }
          return adopted;
        });
      });
}

AccountStore::Answer<std::size_t> PostgresAccountStore::activate(std::vector<AccountId> accounts) {
  return ask<std::size_t>(
      "activate", [accounts = std::move(accounts)](pqxx::connection& connection) -> std::size_t {
        return execute(connection, "activate", to_array_of_ids(accounts)).affected_rows();
      });
}

AccountStore::Answer<std::vector<NewAccount>> PostgresAccountStore::list_import(ImportId import,
                                                                                AccountId after,
                                                                                std::size_t limit) {
  return ask<std::vector<NewAccount>>(
      "list_import", [import, after, limit](pqxx::connection& connection) {
        std::vector<NewAccount> members;
        for (const pqxx::row& row :
             execute(connection, "list_import", import.value(), after.value(), limit)) {
          members.push_back({id_of(row),
                             Handle::trusted(row["handle"].as<std::string>()),
                             {},
                             row["friendly_name"].as<std::string>()});
        }
        return members;
      });
}

AccountStore::Answer<Ok> PostgresAccountStore::offer_import(ImportId import) {
  return ask<Ok>(
      "offer_import",
      [import](pqxx::connection& connection) {
        (void)execute_long(connection, "offer_import", import);
        return Ok{};
      },
      kImportDeadline);
}

AccountStore::Answer<std::size_t> PostgresAccountStore::activate_import(ImportId import) {
  return ask<std::size_t>(
      "activate_import",
      [import](pqxx::connection& connection) {
        return execute_long(connection, "activate_import", import);
      },
      kImportDeadline);
}

AccountStore::Answer<Ok> PostgresAccountStore::discard_import(ImportId import) {
  return ask<Ok>(
      "discard_import",
      [import](pqxx::connection& connection) {
        (void)execute_long(connection, "drop_import", import);
        (void)execute_long(connection, "leave_import", import);
        return Ok{};
      },
      kImportDeadline);
}

AccountStore::Answer<bool> PostgresAccountStore::set_password(AccountId account,
                                                              SealedPassword password) {
  return ask<bool>("set_password",
                   [account, password = std::move(password)](pqxx::connection& connection) {
                     return execute(connection, "set_password", account.value(),
                                    to_bytea(password.bytes), password.key)
                                .affected_rows() == 1;
                   });
}

AccountStore::Answer<bool> PostgresAccountStore::set_state(const char* statement, AccountId account,
                                                           bool value) {
  return ask<bool>(statement, [statement, account, value](pqxx::connection& connection) {
    return execute(connection, statement, account.value(), value).affected_rows() == 1;
  });
}

AccountStore::Answer<bool> PostgresAccountStore::set_suspended(AccountId account, bool suspended) {
  return set_state("set_suspended", account, suspended);
}

AccountStore::Answer<bool> PostgresAccountStore::set_consent(AccountId account, bool given) {
  return set_state("set_consent", account, given);
}

AccountStore::Answer<bool> PostgresAccountStore::set_verified(AccountId account, bool verified) {
  return set_state("set_verified", account, verified);
}

AccountStore::Answer<bool> PostgresAccountStore::mark_deleting(AccountId account) {
  return ask<bool>("mark_deleting", [account](pqxx::connection& connection) {
    return execute(connection, "mark_deleting", account.value()).affected_rows() == 1;
  });
}

AccountStore::Answer<Ok> PostgresAccountStore::remove(AccountId account) {
  return ask<Ok>("remove", [account](pqxx::connection& connection) {
    (void)execute(connection, "remove", account.value());
    return Ok{};
  });
}

}  // namespace monarch::auth
