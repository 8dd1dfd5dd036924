#include "presence/adapters/postgres_rows.hpp"

#include <charconv>
#include <string_view>
#include <utility>

#include <pqxx/binarystring>
#include <pqxx/prepared_statement>

namespace monarch::presence::rows {
namespace {

enum Bits : std::int16_t {
  kForward = 1,
  kAllow = 2,
  kBlock = 4,
  kInForward = 8,
  kInAllow = 16,
  kInBlock = 32,
  kPages = 64,
};

constexpr const char* kPrincipalColumns =
    "p.account, p.handle, p.friendly_name, p.ask, p.allow, p.home, p.work, p.mobile, p.pages, "
    "p.mobile_device, p.groups, p.forward_count, p.allow_count, p.block_count, p.serial, "
    "p.revision, p.spread_owed, p.removed";
constexpr int kPrincipalWidth = 18;
constexpr const char* kAttemptColumns =
    ", p.attempt_generation, p.attempt_counter, p.attempt_sequence, p.attempt_session, "
    "p.attempt_aftermath, p.outside_sequence, p.outside_aftermath";
constexpr const char* kEntryColumns =
    "e.other, e.handle, e.bits, e.forward_name, e.allow_name, e.block_name, e.reverse_name, "
    "e.groups, e.home, e.work, e.mobile, e.numbers_cause, e.forward_order, e.allow_order, "
    "e.block_order, e.reverse_order";
constexpr const char* kEventColumns = "serial, kind, other, property, value";

std::uint64_t number(const pqxx::row& row, int column) {
  return from_sql(row[column].as<std::int64_t>());
}

std::vector<model::Group> parse_groups(std::string_view text) {
  std::vector<model::Group> groups;
  while (!text.empty()) {
    const auto end = text.find(' ');
    const auto item = text.substr(0, end);
    const auto equals = item.find('=');
    unsigned id = 0;
    std::from_chars(item.data(), item.data() + equals, id);
    groups.push_back({static_cast<model::GroupId>(id), std::string(item.substr(equals + 1))});
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return groups;
}

std::string format_groups(const std::vector<model::Group>& groups) {
  std::string text;
  for (const auto& group : groups) {
    if (!text.empty()) text += ' ';
    text += std::to_string(group.id) + '=' + group.name;
  }
  return text;
}

Principal read_principal(const pqxx::row& row) {
  Principal principal;
  principal.account = AccountId(number(row, 0));
  principal.handle = Handle::trusted(row[1].as<std::string>());
  principal.friendly_name = row[2].as<std::string>();
  principal.ask = row[3].as<bool>();
  principal.allow = row[4].as<bool>();
  principal.numbers = {row[5].as<std::string>(), row[6].as<std::string>(), row[7].as<std::string>(),
                       row[8].as<bool>()};
  principal.mobile_device = row[9].as<bool>();
  principal.groups = parse_groups(row[10].c_str());
  for (int i = 0; i < 3; ++i) {
    principal.counts.at(static_cast<std::size_t>(i)) = row[11 + i].as<std::uint32_t>();
  }
  principal.serial = Serial(row[14].as<std::uint32_t>());
  principal.revision = number(row, 15);
  principal.spread_owed = number(row, 16);
  return principal;
}

bool read_removed(const pqxx::row& row) { return row[17].as<bool>(); }

Entry read_entry(const pqxx::row& row, int at) {
  const auto bits = row[at + 2].as<std::int16_t>();
  Entry entry;
  entry.other = AccountId(number(row, at));
  entry.handle = Handle::trusted(row[at + 1].as<std::string>());
  entry.forward = (bits & kForward) != 0;
  entry.allow = (bits & kAllow) != 0;
  entry.block = (bits & kBlock) != 0;
  entry.in_forward = (bits & kInForward) != 0;
  entry.in_allow = (bits & kInAllow) != 0;
  entry.in_block = (bits & kInBlock) != 0;
  entry.forward_name = row[at + 3].as<std::string>();
  entry.allow_name = row[at + 4].as<std::string>();
  entry.block_name = row[at + 5].as<std::string>();
  entry.reverse_name = row[at + 6].as<std::string>();
  entry.groups = static_cast<model::GroupSet>(row[at + 7].as<std::int32_t>());
  entry.numbers = {row[at + 8].as<std::string>(), row[at + 9].as<std::string>(),
                   row[at + 10].as<std::string>(), (bits & kPages) != 0};
  entry.numbers_cause = number(row, at + 11);
  entry.forward_order = number(row, at + 12);
  entry.allow_order = number(row, at + 13);
  entry.block_order = number(row, at + 14);
  entry.reverse_order = number(row, at + 15);
  return entry;
}

std::int16_t bits_of(const Entry& entry) {
  int bits = 0;
  if (entry.forward) bits |= kForward;
  if (entry.allow) bits |= kAllow;
  if (entry.block) bits |= kBlock;
  if (entry.in_forward) bits |= kInForward;
  if (entry.in_allow) bits |= kInAllow;
  if (entry.in_block) bits |= kInBlock;
  if (entry.numbers.pages) bits |= kPages;
  return static_cast<std::int16_t>(bits);
}

LockedPrincipal read_locked(const pqxx::row& row) {
  const auto bytes = [&row](int column) {
    return row[column].is_null() ? std::string() : pqxx::binarystring(row[column]).str();
  };
  constexpr int kAt = kPrincipalWidth;
  LockedPrincipal locked{read_principal(row), read_removed(row), {}, {}};
  auto& attempt = locked.session.attempt;
  attempt.token = {number(row, kAt), number(row, kAt + 1)};
  attempt.sequence = number(row, kAt + 2);
  attempt.session = SessionId(number(row, kAt + 3));
  locked.session.aftermath = bytes(kAt + 4);
  locked.outside.attempt.sequence = number(row, kAt + 5);
  locked.outside.aftermath = bytes(kAt + 6);
  return locked;
}

std::vector<LockedPrincipal> read_all_locked(const pqxx::result& result) {
  std::vector<LockedPrincipal> all;
  all.reserve(static_cast<std::size_t>(result.size()));
  for (const auto& row : result) all.push_back(read_locked(row));
  return all;
}

}  // namespace

void prepare(pqxx::connection& connection) {
  const std::string principal = kPrincipalColumns;
  const std::string entry = kEntryColumns;
  connection.prepare("load", "SELECT " + principal + ", " + entry +
                                 " FROM roster.principal p LEFT JOIN roster.entry e"
                                 " ON e.owner = p.account"
                                 " WHERE p.account = $1 AND p.removed = $2 ORDER BY e.other");
  // The union of two index look-ups: an OR would be planned as a scan while the table is small.
  connection.prepare("lock_pair", "SELECT " + principal + kAttemptColumns +
                                      " FROM roster.principal p WHERE p.account = ANY (ARRAY("
                                      "SELECT account FROM roster.principal WHERE handle = $2)"
                                      " || $1::bigint) ORDER BY p.account FOR UPDATE");
  connection.prepare("lock_all", "SELECT " + principal + kAttemptColumns +
                                     " FROM roster.principal p WHERE p.account ="
                                     " ANY ($1::bigint[]) ORDER BY p.account FOR UPDATE");
  connection.prepare(
      "read_entry", "SELECT " + entry + " FROM roster.entry e WHERE e.owner = $1 AND e.other = $2");
  connection.prepare("read_entries_about",
                     "SELECT e.owner, " + entry +
                         " FROM roster.entry e WHERE e.owner = ANY ($1::bigint[])"
                         " AND e.other = $2 ORDER BY e.owner");
  connection.prepare(
      "write_principal",
      "UPDATE roster.principal SET friendly_name = $2, ask = $3, allow = $4, home = $5, work = $6,"
      " mobile = $7, pages = $8, mobile_device = $9, groups = $10, forward_count = $11,"
      " allow_count = $12, block_count = $13, serial = $14, revision = $15, spread_owed = $16"
      " WHERE account = $1");
  connection.prepare("write_attempt",
                     "UPDATE roster.principal SET attempt_generation = $2, attempt_counter = $3,"
                     " attempt_sequence = $4, attempt_session = $5, attempt_aftermath = $6"
                     " WHERE account = $1");
  connection.prepare("write_outside_attempt",
                     "UPDATE roster.principal SET outside_sequence = $2, outside_aftermath = $3"
                     " WHERE account = $1");
  connection.prepare(
      "write_entry",
      "INSERT INTO roster.entry (owner, other, handle, bits, forward_name, allow_name, block_name,"
      " reverse_name, groups, home, work, mobile, numbers_cause, forward_order, allow_order,"
      " block_order, reverse_order)"
      " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)"
      " ON CONFLICT (owner, other) DO UPDATE SET handle = excluded.handle, bits = excluded.bits,"
      " forward_name = excluded.forward_name, allow_name = excluded.allow_name,"
      " block_name = excluded.block_name, reverse_name = excluded.reverse_name,"
      " groups = excluded.groups, home = excluded.home, work = excluded.work,"
      " mobile = excluded.mobile, numbers_cause = excluded.numbers_cause,"
      " forward_order = excluded.forward_order, allow_order = excluded.allow_order,"
      " block_order = excluded.block_order, reverse_order = excluded.reverse_order");
  connection.prepare("delete_entry", "DELETE FROM roster.entry WHERE owner = $1 AND other = $2");
  connection.prepare("write_journal",
                     "INSERT INTO roster.change (owner, serial, kind, other, property, value,"
                     " cause_account, cause) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)");
  connection.prepare("read_journal", std::string("SELECT ") + kEventColumns +
                                         " FROM roster.change WHERE owner = $1 AND serial > $2"
                                         " AND serial <= $3 ORDER BY serial LIMIT $4");
}

std::string to_sql(const std::vector<AccountId>& accounts) {
  std::string text = "{";
  for (const auto account : accounts) {
    if (text.size() > 1) text += ',';
    text += std::to_string(to_sql(account.value()));
  }
  return text + "}";
}

std::optional<RosterData> load(pqxx::transaction_base& tx, AccountId owner, bool removed) {
  const auto result = tx.exec_prepared("load", to_sql(owner.value()), removed);
  if (result.empty()) return std::nullopt;
  RosterData data{read_principal(result[0]), {}};
  if (result[0][kPrincipalWidth].is_null()) return data;
  data.entries.reserve(static_cast<std::size_t>(result.size()));
  for (const auto& row : result) data.entries.push_back(read_entry(row, kPrincipalWidth));
  return data;
}

std::vector<LockedPrincipal> lock_pair(pqxx::transaction_base& tx, AccountId owner,
                                       const std::string& other) {
  return read_all_locked(tx.exec_prepared("lock_pair", to_sql(owner.value()), other));
}

std::vector<LockedPrincipal> lock_all(pqxx::transaction_base& tx,
                                      const std::vector<AccountId>& accounts) {
  return read_all_locked(tx.exec_prepared("lock_all", to_sql(accounts)));
}

std::optional<Entry> read_entry(pqxx::transaction_base& tx, AccountId owner, AccountId other) {
  const auto result = tx.exec_prepared("read_entry", to_sql(owner.value()), to_sql(other.value()));
  if (result.empty()) return std::nullopt;
  return read_entry(result[0], 0);
}

std::vector<OwnedEntry> read_entries_about(pqxx::transaction_base& tx,
                                           const std::vector<AccountId>& owners, AccountId other) {
  std::vector<OwnedEntry> entries;
  for (const auto& row :
       tx.exec_prepared("read_entries_about", to_sql(owners), to_sql(other.value()))) {
    entries.push_back({AccountId(number(row, 0)), read_entry(row, 1)});
  }
  return entries;
}

void write_principal(pqxx::transaction_base& tx, const Principal& principal) {
  tx.exec_prepared0("write_principal", to_sql(principal.account.value()), principal.friendly_name,
                    principal.ask, principal.allow, principal.numbers.home, principal.numbers.work,
                    principal.numbers.mobile, principal.numbers.pages, principal.mobile_device,
                    format_groups(principal.groups), principal.counts[0], principal.counts[1],
                    principal.counts[2], principal.serial.value(), to_sql(principal.revision),
                    to_sql(principal.spread_owed));
}

void write_attempt(pqxx::transaction_base& tx, AccountId owner, const AttemptKey& attempt,
                   const Aftermath& aftermath) {
  if (attempt.from_outside() && attempt.sequence == 0) return;
  const std::string bytes = encode(aftermath);
  if (attempt.from_outside()) {
    tx.exec_prepared0("write_outside_attempt", to_sql(owner.value()), to_sql(attempt.sequence),
                      pqxx::binarystring(bytes.data(), bytes.size()));
    return;
  }
  tx.exec_prepared0("write_attempt", to_sql(owner.value()), to_sql(attempt.token.generation),
                    to_sql(attempt.token.counter), to_sql(attempt.sequence),
                    to_sql(attempt.session.value()),
                    pqxx::binarystring(bytes.data(), bytes.size()));
}

void write_entry(pqxx::transaction_base& tx, AccountId owner, const Entry& entry) {
  if (entry.empty()) {
    tx.exec_prepared0("delete_entry", to_sql(owner.value()), to_sql(entry.other.value()));
    return;
  }
  tx.exec_prepared0(
      "write_entry", to_sql(owner.value()), to_sql(entry.other.value()), entry.handle.value(),
      bits_of(entry), entry.forward_name, entry.allow_name, entry.block_name, entry.reverse_name,
      static_cast<std::int32_t>(entry.groups), entry.numbers.home, entry.numbers.work,
      entry.numbers.mobile, to_sql(entry.numbers_cause), to_sql(entry.forward_order),
      to_sql(entry.allow_order), to_sql(entry.block_order), to_sql(entry.reverse_order));
}

void write_journal(pqxx::transaction_base& tx, AccountId owner, const model::RosterEvent& event,
                   std::optional<Cause> cause) {
  std::optional<std::int64_t> account;
  std::optional<std::int64_t> revision;
  if (cause) {
    account = to_sql(cause->account.value());
    revision = to_sql(cause->revision);
  }
  tx.exec_prepared0("write_journal", to_sql(owner.value()), event.serial.value(),
                    static_cast<int>(event.kind), event.other.value(),
                    static_cast<int>(event.property), event.value, account, revision);
}

model::RosterEvent read_event(const pqxx::row& row) {
  return {Serial(row[0].as<std::uint32_t>()),
          static_cast<model::RosterEvent::Kind>(row[1].as<int>()),
          Handle::trusted(row[2].as<std::string>()), static_cast<model::Property>(row[3].as<int>()),
          row[4].as<std::string>()};
}

std::optional<std::vector<model::RosterEvent>> read_journal(pqxx::transaction_base& tx,
                                                            AccountId owner, Serial after,
                                                            Serial last, std::size_t limit) {
  std::vector<model::RosterEvent> events;
  if (after == last) return events;
  Serial expected = next(after);
  // A counter that has wrapped in between is as good as trimmed: the next SYN shows everything.
  if (last < expected) return std::nullopt;
  for (const auto& row : tx.exec_prepared("read_journal", to_sql(owner.value()), after.value(),
                                          last.value(), static_cast<std::int64_t>(limit))) {
    events.push_back(read_event(row));
    if (events.back().serial != expected) return std::nullopt;
    expected = next(expected);
  }
  if (events.empty()) return std::nullopt;
  return events;
}

}  // namespace monarch::presence::rows
