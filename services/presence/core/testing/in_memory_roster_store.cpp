#include "presence/core/testing/in_memory_roster_store.hpp"

#include <algorithm>

namespace monarch::presence::testing {
namespace {

bool before(Serial left, Serial right) {
  return static_cast<std::int32_t>(right.value() - left.value()) > 0;
}

}  // namespace

InMemoryRosterStore::Stored* InMemoryRosterStore::present(AccountId account) {
  const auto found = accounts_.find(account);
  return found == accounts_.end() || found->second.removed ? nullptr : &found->second;
}

std::optional<RosterData> InMemoryRosterStore::load_now(AccountId account, bool removed) const {
  const auto found = accounts_.find(account);
  if (found == accounts_.end() || found->second.removed != removed) return std::nullopt;
  RosterData roster;
  roster.principal = found->second.principal;
  for (const auto& [other, row] : found->second.rows) roster.entries.push_back(row);
  return roster;
}

void InMemoryRosterStore::put_row(Stored& owner, const Entry& entry) {
  if (entry.empty()) {
    owner.rows.erase(entry.other);
  } else {
    owner.rows[entry.other] = entry;
  }
}

void InMemoryRosterStore::store(Stored& self, Stored* other, AttemptKey key,
                                const Decision& decision) {
  self.principal = decision.self;
  auto& memory = key.from_outside() ? self.outside : self.sessions;
  if (!key.from_outside() || key.sequence != 0) memory = {key, encode(decision.aftermath)};
  if (decision.mine) put_row(self, *decision.mine);
  for (const auto& event : decision.aftermath.self.events) self.journal.push_back({event, {}, 0});
  if (decision.other) {
    MONARCH_ASSERT(other != nullptr);
    other->principal = *decision.other;
  }
  if (decision.theirs) put_row(*other, *decision.theirs);
  if (decision.aftermath.other) {
    for (const auto& event : decision.aftermath.other->events) {
      other->journal.push_back({event, {}, 0});
    }
  }
}

ChangeResult InMemoryRosterStore::change_now(const ChangeRequest& request, const Decide& decide) {
  ChangeResult result;
  Stored* self = present(request.owner);
  if (self == nullptr) {
    result.kind = ChangeResult::Kind::kNoPrincipal;
    return result;
  }
  Stored* other = nullptr;
  if (const auto found = handles_.find(request.other); found != handles_.end()) {
    other = present(found->second);
  }
  PairView view;
  view.self = self->principal;
  if (other != nullptr) {
    view.other = other->principal;
    view.mine.other = other->principal.account;
    view.mine.handle = other->principal.handle;
    view.theirs.other = self->principal.account;
    view.theirs.handle = self->principal.handle;
    if (const auto row = self->rows.find(view.mine.other); row != self->rows.end()) {
      view.mine = row->second;
    }
    if (const auto row = other->rows.find(view.theirs.other); row != other->rows.end()) {
      view.theirs = row->second;
    }
  }
  result.mine = view.mine;
  const bool outside = request.attempt.from_outside();
  const auto& memory = outside ? self->outside : self->sessions;
  if (!outside && memory.last && request.attempt < *memory.last) {
    result.kind = ChangeResult::Kind::kStale;
    return result;
  }
  if (memory.last == request.attempt) {
    result.kind = ChangeResult::Kind::kRepeated;
    result.aftermath = *decode_aftermath(memory.aftermath);
  } else {
    // Twice, as after a serialisation retry: it must not matter.
    Decision decision = decide(view);
    decision = decide(view);
    if (decision.refused) {
      result.kind = ChangeResult::Kind::kRefused;
      result.code = *decision.refused;
      return result;
    }
    store(*self, other, request.attempt, decision);
    if (decision.mine) result.mine = *decision.mine;
    result.aftermath = std::move(decision.aftermath);
  }
  const Serial until = result.aftermath.self.profile.serial;
  if (request.shown.value() == 0 || !before(request.shown, until)) return result;
  for (const auto& row : self->journal) {
    const Serial serial = row.event.serial;
    if (before(request.shown, serial) && before(serial, until)) result.missed.push_back(row.event);
  }
  if (!result.missed.empty() && result.missed.front().serial != next(request.shown)) {
    result.missed.clear();
  }
  return result;
}

JournalPage InMemoryRosterStore::journal_now(AccountId owner, Serial after, std::size_t limit) {
  JournalPage page;
  Stored* self = present(owner);
  page.principal = self != nullptr;
  if (self == nullptr) return page;
  page.serial = self->principal.serial;
  page.revision = self->principal.revision;
  if (after == page.serial) return page;
  auto row = std::find_if(self->journal.begin(), self->journal.end(),
                          [after](const auto& one) { return one.event.serial == next(after); });
  page.trimmed = row == self->journal.end();
  for (; row != self->journal.end() && page.events.size() < limit; ++row) {
    page.events.push_back(row->event);
  }
  return page;
}

Affected InMemoryRosterStore::follow(Stored& other, Entry& row, const Principal& subject,
                                     Revision cause) {
  Affected affected;
  affected.account = other.principal.account;
  if (row.numbers_cause == cause) {
    for (const auto& entry : other.journal) {
      if (entry.about == subject.account && entry.cause == cause) {
        affected.events.push_back(entry.event);
      }
    }
  } else if (row.numbers_cause < cause) {
    for (const auto property : model::kNumberProperties) {
      auto value = model::value_of(subject.numbers, property);
      if (value == model::value_of(row.numbers, property)) continue;
      model::RosterEvent event;
      event.kind = model::RosterEvent::Kind::kNumber;
      event.serial = other.principal.serial = next(other.principal.serial);
      ++other.principal.revision;
      event.other = subject.handle;
      event.property = property;
      event.value = std::move(value);
      other.journal.push_back({event, subject.account, cause});
      affected.events.push_back(std::move(event));
    }
    row.numbers = subject.numbers;
    row.numbers_cause = cause;
  }
  affected.profile = profile_of(other.principal);
  return affected;
}

Batch InMemoryRosterStore::spread_now(AccountId subject, Revision cause, AccountId after,
                                      std::size_t limit) {
  Batch batch;
  Stored* self = present(subject);
  if (self == nullptr) return batch;
  std::size_t taken = 0;
  AccountId last = after;
  for (auto row = self->rows.upper_bound(after); row != self->rows.end(); ++row) {
    if (!row->second.allow || !row->second.in_forward) continue;
    if (taken++ == limit) {
      batch.next = last;
      return batch;
    }
    last = row->first;
    Stored* other = present(row->first);
    if (other == nullptr) continue;
    auto affected = follow(*other, other->rows.at(subject), self->principal, cause);
    if (!affected.events.empty()) batch.affected.push_back(std::move(affected));
  }
  if (self->principal.spread_owed == cause) {
    self->principal.spread_owed = 0;
  }
  return batch;
}

bool InMemoryRosterStore::ensure_now(const std::vector<NewPrincipal>& principals) {
  for (const auto& one : principals) {
    const auto found = handles_.find(one.handle.value());
    if (found != handles_.end() && found->second != one.account) return false;
  }
  for (const auto& one : principals) {
    if (accounts_.count(one.account) != 0) continue;
    auto& principal = accounts_[one.account].principal;
    principal.account = one.account;
    principal.handle = one.handle;
    principal.friendly_name = one.friendly_name;
    handles_[one.handle.value()] = one.account;
  }
  return true;
}

Batch InMemoryRosterStore::remove_now(AccountId account, std::size_t limit) {
  Batch batch;
  const auto found = accounts_.find(account);
  if (found == accounts_.end() || !found->second.removed) return batch;
  auto& self = found->second;
  for (std::size_t i = 0; i < limit && !self.rows.empty(); ++i) {
    const AccountId id = self.rows.begin()->first;
    self.rows.erase(self.rows.begin());
    const auto place = accounts_.find(id);
    if (place == accounts_.end()) continue;
    auto& other = place->second;
    const auto row = other.rows.find(account);
    if (row == other.rows.end()) continue;
    Affected affected;
    affected.account = id;
    const auto note = [&](model::RosterEvent::Kind kind) {
      model::RosterEvent event;
      event.kind = kind;
      event.serial = other.principal.serial = next(other.principal.serial);
      event.other = self.principal.handle;
      other.journal.push_back({event, {}, 0});
      affected.events.push_back(std::move(event));
    };
    const bool mine[] = {row->second.forward, row->second.allow, row->second.block};
    for (std::size_t list = 0; list < 3; ++list) {
      if (!mine[list]) continue;
      --other.principal.counts.at(list);
      note(model::RosterEvent::Kind::kSilent);
    }
    if (row->second.in_forward) note(model::RosterEvent::Kind::kReverseRemoved);
    ++other.principal.revision;
    other.rows.erase(row);
    affected.profile = profile_of(other.principal);
    batch.affected.push_back(std::move(affected));
  }
  if (!self.rows.empty()) {
    batch.next = batch.affected.empty() ? AccountId(0) : batch.affected.back().account;
  } else {
    handles_.erase(self.principal.handle.value());
    accounts_.erase(found);
  }
  return batch;
}

RosterStore::Answer<std::optional<RosterData>> InMemoryRosterStore::load(AccountId owner) {
  return answer<std::optional<RosterData>>("load",
                                           [this, owner] { return load_now(owner, false); });
}

RosterStore::Answer<ChangeResult> InMemoryRosterStore::change(const ChangeRequest& request,
                                                              const Decide& decide) {
  return answer<ChangeResult>("change",
                              [this, request, decide] { return change_now(request, decide); });
}

RosterStore::Answer<JournalPage> InMemoryRosterStore::read_journal(AccountId owner, Serial after,
                                                                   std::size_t limit) {
  return answer<JournalPage>(
      "read_journal", [this, owner, after, limit] { return journal_now(owner, after, limit); });
}

RosterStore::Answer<Batch> InMemoryRosterStore::spread(AccountId subject, Revision cause,
                                                       AccountId after, std::size_t limit) {
  return answer<Batch>("spread", [this, subject, cause, after, limit] {
    return spread_now(subject, cause, after, limit);
  });
}

RosterStore::Answer<std::vector<Head>> InMemoryRosterStore::heads(
    const std::vector<AccountId>& accounts) {
  return answer<std::vector<Head>>("heads", [this, accounts] {
    std::vector<Head> heads;
    for (const auto account : accounts) {
      if (const auto* self = present(account); self != nullptr) {
        heads.push_back({account, profile_of(self->principal), self->principal.spread_owed});
      }
    }
    return heads;
  });
}

RosterStore::Answer<bool> InMemoryRosterStore::ensure_principals(
    const std::vector<NewPrincipal>& principals) {
  return answer<bool>("ensure_principals", [this, principals] { return ensure_now(principals); });
}

RosterStore::Answer<std::optional<AccountId>> InMemoryRosterStore::find(const Handle& handle) {
  return answer<std::optional<AccountId>>("find", [this, handle]() -> std::optional<AccountId> {
    const auto found = handles_.find(handle.value());
    if (found == handles_.end() || present(found->second) == nullptr) return std::nullopt;
    return found->second;
  });
}

RosterStore::Answer<Ok> InMemoryRosterStore::mark_removed(AccountId account) {
  return answer<Ok>("mark_removed", [this, account] {
    if (auto* self = present(account); self != nullptr) self->removed = true;
    return Ok{};
  });
}

RosterStore::Answer<std::optional<RosterData>> InMemoryRosterStore::load_removed(
    AccountId account) {
  return answer<std::optional<RosterData>>("load_removed",
                                           [this, account] { return load_now(account, true); });
}

RosterStore::Answer<Batch> InMemoryRosterStore::remove_batch(AccountId account, std::size_t limit) {
  return answer<Batch>("remove_batch",
                       [this, account, limit] { return remove_now(account, limit); });
}

RosterStore::Answer<std::uint64_t> InMemoryRosterStore::next_generation() {
  return answer<std::uint64_t>("next_generation", [this] { return ++generation_; });
}

std::optional<RosterData> InMemoryRosterStore::peek(AccountId account) const {
  return load_now(account, false);
}

std::vector<model::RosterEvent> InMemoryRosterStore::journal(AccountId account) const {
  std::vector<model::RosterEvent> events;
  for (const auto& row : accounts_.at(account).journal) events.push_back(row.event);
  return events;
}

void InMemoryRosterStore::trim(AccountId account) { accounts_.at(account).journal.clear(); }

void InMemoryRosterStore::set_serial(AccountId account, Serial serial) {
  accounts_.at(account).principal.serial = serial;
}

}  // namespace monarch::presence::testing
