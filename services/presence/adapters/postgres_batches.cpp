#include "presence/adapters/postgres_batches.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pqxx/prepared_statement>

namespace monarch::presence::batches {
namespace {

using rows::to_sql;

std::vector<AccountId> read_accounts(const pqxx::result& result) {
  std::vector<AccountId> accounts;
  accounts.reserve(static_cast<std::size_t>(result.size()));
  for (const auto& row : result) {
    accounts.emplace_back(rows::from_sql(row[0].as<std::int64_t>()));
  }
  return accounts;
}

// Locks the others of this batch together with the account it is about.
class Locked {
 public:
  Locked(pqxx::transaction_base& tx, std::vector<AccountId> others, AccountId subject) {
    others.push_back(subject);
    all_ = rows::lock_all(tx, others);
  }

  [[nodiscard]] rows::LockedPrincipal* find(AccountId account) {
    const auto place =
        std::lower_bound(all_.begin(), all_.end(), account,
                         [](const auto& one, AccountId id) { return one.principal.account < id; });
    return place != all_.end() && place->principal.account == account ? &*place : nullptr;
  }

 private:
  std::vector<rows::LockedPrincipal> all_;
};

model::RosterEvent& append(Affected& affected, Principal& principal, model::RosterEvent::Kind kind,
                           const Handle& other) {
  principal.serial = next(principal.serial);
  model::RosterEvent event;
  event.serial = principal.serial;
  event.kind = kind;
  event.other = other;
  affected.events.push_back(std::move(event));
  return affected.events.back();
}

// What this cause has done to a row already.
std::vector<model::RosterEvent> already_told(pqxx::transaction_base& tx, AccountId owner,
                                             const rows::Cause& cause) {
  std::vector<model::RosterEvent> events;
  for (const auto& row : tx.exec_prepared("journal_of_cause", to_sql(owner.value()),
                                          to_sql(cause.account.value()), to_sql(cause.revision))) {
    events.push_back(rows::read_event(row));
  }
  return events;
}

// Brings one row up to the subject's numbers.
Affected apply(pqxx::transaction_base& tx, const rows::Cause& cause, const Principal& subject,
               Principal& owner, Entry entry) {
  Affected affected{owner.account, {}, {}};
  for (const auto property : model::kNumberProperties) {
    auto value = model::value_of(subject.numbers, property);
    if (value == model::value_of(entry.numbers, property)) continue;
    auto& event = append(affected, owner, model::RosterEvent::Kind::kNumber, subject.handle);
    event.property = property;
    event.value = std::move(value);
    ++owner.revision;
    rows::write_journal(tx, owner.account, event, cause);
  }
  entry.numbers = subject.numbers;
  entry.numbers_cause = cause.revision;
  rows::write_entry(tx, owner.account, entry);
  if (!affected.events.empty()) rows::write_principal(tx, owner);
  return affected;
}

// What the lists of `owner` lose when the account of `entry` goes.
Affected lose(pqxx::transaction_base& tx, Principal& owner, const Entry& entry) {
  Affected affected{owner.account, {}, {}};
  const bool listed[] = {entry.forward, entry.allow, entry.block};
  for (std::size_t i = 0; i < owner.counts.size(); ++i) {
    if (!listed[i]) continue;
    append(affected, owner, model::RosterEvent::Kind::kSilent, entry.handle);
    --owner.counts.at(i);
  }
  if (entry.in_forward) {
    append(affected, owner, model::RosterEvent::Kind::kReverseRemoved, entry.handle);
  }
  // Also for a row that only mirrored him in AL or BL: it shows nothing, but caches must drop it.
  ++owner.revision;
  for (const auto& event : affected.events) rows::write_journal(tx, owner.account, event);
  Entry gone;
  gone.other = entry.other;
  rows::write_entry(tx, owner.account, gone);
  rows::write_principal(tx, owner);
  affected.profile = profile_of(owner);
  return affected;
}

// He learns that he is in `owner`'s FL no more; `mine` is row (owner, other).
Affected unlink_one(pqxx::transaction_base& tx, const rows::Cause& cause, const Handle& owner,
                    Principal& other, Entry mine) {
  Affected affected{other.account, {}, {}};
  if (!mine.unlink_owed) {
    affected.events = already_told(tx, other.account, cause);
    affected.profile = profile_of(other);
    return affected;
  }
  mine.unlink_owed = false;
  rows::write_entry(tx, cause.account, mine);
  if (auto theirs = rows::read_entry(tx, other.account, cause.account)) {
    theirs->in_forward = false;
    theirs->reverse_name.clear();
    theirs->reverse_order = 0;
    rows::write_entry(tx, other.account, *theirs);
  }
  ++other.revision;
  const auto& event = append(affected, other, model::RosterEvent::Kind::kReverseRemoved, owner);
  rows::write_journal(tx, other.account, event, cause);
  rows::write_principal(tx, other);
  affected.profile = profile_of(other);
  return affected;
}

}  // namespace

void prepare(pqxx::connection& connection) {
  // 2: in AL; 8: he has the owner in FL (presence/adapters/postgres_rows.cpp).
  connection.prepare("spread_next",
                     "SELECT other FROM roster.entry WHERE owner = $1 AND other > $2"
                     " AND bits & 10 = 10 ORDER BY other LIMIT $3");
  connection.prepare("spread_done",
                     "UPDATE roster.principal SET spread_owed = 0"
                     " WHERE account = $1 AND spread_owed = $2");
  connection.prepare("unlink_done",
                     "UPDATE roster.principal SET unlink_owed = 0 WHERE account = $1"
                     " AND unlink_owed <> 0 AND NOT EXISTS (SELECT FROM roster.entry"
                     " WHERE owner = $1 AND bits & 128 <> 0)");
  connection.prepare("journal_of_cause", std::string("SELECT ") + rows::kEventColumns +
                                             " FROM roster.change WHERE owner = $1 AND "
                                             "cause_account = $2 AND cause = $3 ORDER BY serial");
  connection.prepare("remove_next",
                     "SELECT other FROM roster.entry WHERE owner = $1 ORDER BY other LIMIT $2");
  connection.prepare("remove_journal", "DELETE FROM roster.change WHERE owner = $1");
  connection.prepare("remove_principal",
                     "DELETE FROM roster.principal WHERE account = $1 AND removed");
}

Batch spread(pqxx::transaction_base& tx, const rows::Cause& cause, AccountId after,
             std::size_t limit) {
  const auto others =
      read_accounts(tx.exec_prepared("spread_next", to_sql(cause.account.value()),
                                     to_sql(after.value()), static_cast<std::int64_t>(limit)));
  Batch batch;
  Locked locked(tx, others, cause.account);
  const auto* subject = locked.find(cause.account);
  if (subject == nullptr || subject->removed) return batch;
  // Read again under lock: this, not the list above, says who has him in FL and is in his AL.
  for (auto& [owner, entry] : rows::read_entries_about(tx, others, cause.account)) {
    auto* principal = locked.find(owner);
    if (principal == nullptr || !entry.forward || !entry.in_allow) continue;
    Affected affected{owner, {}, {}};
    if (entry.numbers_cause < cause.revision) {
      affected = apply(tx, cause, subject->principal, principal->principal, entry);
    } else if (entry.numbers_cause == cause.revision) {
      affected.events = already_told(tx, owner, cause);
    }
    if (affected.events.empty()) continue;
    affected.profile = profile_of(principal->principal);
    batch.affected.push_back(std::move(affected));
  }
  if (others.size() == limit) {
    batch.next = others.back();
  } else {
    tx.exec_prepared0("spread_done", to_sql(cause.account.value()), to_sql(cause.revision));
  }
  return batch;
}

std::vector<Affected> unlink(pqxx::transaction_base& tx, const rows::Cause& cause,
                             const std::vector<AccountId>& others) {
  std::vector<Affected> all;
  Locked locked(tx, others, cause.account);
  const auto* owner = locked.find(cause.account);
  if (owner == nullptr || owner->removed) return all;
  for (const auto id : others) {
    auto* other = locked.find(id);
    if (other == nullptr) continue;
    auto mine = rows::read_entry(tx, cause.account, id).value_or(Entry());
    auto affected =
        unlink_one(tx, cause, owner->principal.handle, other->principal, std::move(mine));
    if (!affected.events.empty()) all.push_back(std::move(affected));
  }
  tx.exec_prepared0("unlink_done", to_sql(cause.account.value()));
  return all;
}

Batch remove(pqxx::transaction_base& tx, AccountId account, std::size_t limit) {
  const auto others = read_accounts(
      tx.exec_prepared("remove_next", to_sql(account.value()), static_cast<std::int64_t>(limit)));
  Batch batch;
  Locked locked(tx, others, account);
  const auto* subject = locked.find(account);
  if (subject == nullptr || !subject->removed) return batch;
  for (const auto& [owner, entry] : rows::read_entries_about(tx, others, account)) {
    if (auto* principal = locked.find(owner)) {
      batch.affected.push_back(lose(tx, principal->principal, entry));
    }
  }
  for (const auto other : others) {
    Entry gone;
    gone.other = other;
    rows::write_entry(tx, account, gone);
  }
  if (others.size() == limit) {
    batch.next = others.back();
  } else {
    tx.exec_prepared0("remove_journal", to_sql(account.value()));
    tx.exec_prepared0("remove_principal", to_sql(account.value()));
  }
  return batch;
}

}  // namespace monarch::presence::batches
