#include "presence/adapters/postgres_roster_store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <pqxx/nontransaction>
#include <pqxx/prepared_statement>

#include "presence/adapters/postgres_answer.hpp"
#include "presence/adapters/postgres_batches.hpp"
#include "presence/adapters/postgres_change.hpp"
#include "presence/adapters/postgres_rows.hpp"
#include "stores/postgres_transaction.hpp"

namespace monarch::presence {
namespace {

// A notification node asks another instance after 1.5 s, and tells its client 501 when the third
// one has not answered by then. A server that hung must not commit what was refused so.
constexpr std::chrono::milliseconds kChangeWithin{1'200};

// One element of an array literal: quoted, for handles and names may hold anything printable.
void append_quoted(std::string& array, std::string_view text) {
  array += array.empty() ? "{\"" : ",\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') array += '\\';
    array += c;
  }
  array += '"';
}

}  // namespace

void PostgresRosterStore::prepare(pqxx::connection& connection) {
  rows::prepare(connection);
  batches::prepare(connection);
  connection.prepare("serial",
                     "SELECT serial, revision FROM roster.principal"
                     " WHERE account = $1 AND NOT removed");
  connection.prepare("heads",
                     "SELECT account, friendly_name, allow, serial, revision, spread_owed,"
                     " unlink_owed"
                     " FROM roster.principal WHERE account = ANY ($1::bigint[]) AND NOT removed"
                     " ORDER BY account");
  connection.prepare("ensure",
                     "INSERT INTO roster.principal (account, handle, friendly_name)"
                     " SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[])"
                     " ON CONFLICT (account) DO NOTHING");
  connection.prepare("find",
                     "SELECT account FROM roster.principal WHERE handle = $1 AND NOT removed");
  connection.prepare("mark_removed",
                     "UPDATE roster.principal SET removed = true WHERE account = $1");
  connection.prepare("trim_journal",
                     "DELETE FROM roster.change WHERE ctid = ANY (ARRAY("
                     "SELECT ctid FROM roster.change WHERE at < now() - interval '1 hour'"
                     " LIMIT $1))");
}

template <class T, class F>
RosterStore::Answer<T> PostgresRosterStore::run(F job, Duration within) {
  return answer_from<T>(pool_, std::move(job), within);
}

RosterStore::Answer<std::optional<RosterData>> PostgresRosterStore::load(AccountId owner) {
  return run<std::optional<RosterData>>([owner](pqxx::connection& connection) {
    pqxx::nontransaction tx(connection);
    return rows::load(tx, owner, false);
  });
}

RosterStore::Answer<std::optional<RosterData>> PostgresRosterStore::load_removed(
    AccountId account) {
  return run<std::optional<RosterData>>([account](pqxx::connection& connection) {
    pqxx::nontransaction tx(connection);
    return rows::load(tx, account, true);
  });
}

RosterStore::Answer<ChangeResult> PostgresRosterStore::change(const ChangeRequest& request,
                                                              const Decide& decide) {
  return run<ChangeResult>(
      [request, decide](pqxx::connection& connection) {
        return stores::transact(connection,
                                [&](pqxx::work& tx) { return apply_change(tx, request, decide); });
      },
      kChangeWithin);
}

RosterStore::Answer<JournalPage> PostgresRosterStore::read_journal(AccountId owner, Serial after,
                                                                   std::size_t limit) {
  return run<JournalPage>([owner, after, limit](pqxx::connection& connection) {
    // One snapshot, so that the serial and the rows belong together.
    pqxx::transaction<pqxx::repeatable_read> tx(connection);
    JournalPage page;
    const auto head = tx.exec_prepared("serial", rows::to_sql(owner.value()));
    if (head.empty()) {
      page.principal = false;
      return page;
    }
    page.serial = Serial(head[0][0].as<std::uint32_t>());
    page.revision = rows::from_sql(head[0][1].as<std::int64_t>());
    auto events = rows::read_journal(tx, owner, after, page.serial, limit);
    page.trimmed = !events.has_value();
    if (events) page.events = std::move(*events);
    return page;
  });
}

RosterStore::Answer<Batch> PostgresRosterStore::spread(AccountId subject, Revision cause,
                                                       AccountId after, std::size_t limit) {
  return run<Batch>([=](pqxx::connection& connection) {
    return stores::transact(connection, [&](pqxx::work& tx) {
      return batches::spread(tx, {subject, cause}, after, limit);
    });
  });
}

RosterStore::Answer<Batch> PostgresRosterStore::remove_batch(AccountId account, std::size_t limit) {
  return run<Batch>([=](pqxx::connection& connection) {
    return stores::transact(connection,
                            [&](pqxx::work& tx) { return batches::remove(tx, account, limit); });
  });
}

RosterStore::Answer<std::vector<Affected>> PostgresRosterStore::unlink(
    AccountId owner, Revision cause, const std::vector<AccountId>& others) {
  return run<std::vector<Affected>>([=](pqxx::connection& connection) {
    return stores::transact(connection, [&](pqxx::work& tx) {
      return batches::unlink(tx, {owner, cause}, others);
    });
  });
}

RosterStore::Answer<std::vector<Head>> PostgresRosterStore::heads(
    const std::vector<AccountId>& accounts) {
  return run<std::vector<Head>>([list = rows::to_sql(accounts)](pqxx::connection& connection) {
    pqxx::nontransaction tx(connection);
    std::vector<Head> heads;
    for (const auto& row : tx.exec_prepared("heads", list)) {
      Head head;
      head.account = AccountId(rows::from_sql(row[0].as<std::int64_t>()));
      head.profile = {row[1].as<std::string>(), row[2].as<bool>(),
                      Serial(row[3].as<std::uint32_t>()),
                      rows::from_sql(row[4].as<std::int64_t>())};
      head.spread_owed = rows::from_sql(row[5].as<std::int64_t>());
      head.unlink_owed = rows::from_sql(row[6].as<std::int64_t>());
      heads.push_back(std::move(head));
    }
    return heads;
  });
}

RosterStore::Answer<bool> PostgresRosterStore::ensure_principals(
    const std::vector<NewPrincipal>& principals) {
  if (principals.empty()) {
    Answer<bool> answer;
    answer.set(true);
    return answer;
  }
  std::vector<AccountId> accounts;
  std::string handles;
  std::string names;
  for (const auto& principal : principals) {
    accounts.push_back(principal.account);
    append_quoted(handles, principal.handle.value());
    append_quoted(names, principal.friendly_name);
  }
  return run<bool>([accounts = rows::to_sql(accounts), handles = handles + '}',
                    names = names + '}'](pqxx::connection& connection) {
    try {
      pqxx::work tx(connection);
      tx.exec_prepared0("ensure", accounts, handles, names);
      tx.commit();
      return true;
    } catch (const pqxx::unique_violation&) {
      return false;
    }
  });
}

RosterStore::Answer<std::optional<AccountId>> PostgresRosterStore::find(const Handle& handle) {
  return run<std::optional<AccountId>>([handle](pqxx::connection& connection) {
    pqxx::nontransaction tx(connection);
    const auto result = tx.exec_prepared("find", handle.value());
    std::optional<AccountId> account;
    if (!result.empty()) account = AccountId(rows::from_sql(result[0][0].as<std::int64_t>()));
    return account;
  });
}

RosterStore::Answer<Ok> PostgresRosterStore::mark_removed(AccountId account) {
  return run<Ok>([account](pqxx::connection& connection) {
    pqxx::work tx(connection);
    tx.exec_prepared0("mark_removed", rows::to_sql(account.value()));
    tx.commit();
    return Ok{};
  });
}

RosterStore::Answer<std::uint64_t> PostgresRosterStore::next_generation() {
  return run<std::uint64_t>([](pqxx::connection& connection) {
    pqxx::nontransaction tx(connection);
    return rows::from_sql(tx.exec1("SELECT nextval('roster.generation')")[0].as<std::int64_t>());
  });
}

RosterStore::Answer<std::size_t> PostgresRosterStore::trim_journal(std::size_t limit) {
  return run<std::size_t>([limit](pqxx::connection& connection) {
    pqxx::work tx(connection);
    const auto result = tx.exec_prepared("trim_journal", static_cast<std::int64_t>(limit));
    tx.commit();
    return static_cast<std::size_t>(result.affected_rows());
  });
}

}  // namespace monarch::presence
