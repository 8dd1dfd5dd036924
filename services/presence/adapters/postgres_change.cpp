#include "presence/adapters/postgres_change.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "presence/adapters/postgres_rows.hpp"

namespace monarch::presence {
namespace {

using rows::LockedPrincipal;

Entry blank_entry(const Principal& other) {
  Entry entry;
  entry.other = other.account;
  entry.handle = other.handle;
  return entry;
}

PairView read_pair(pqxx::transaction_base& tx, const Principal& self,
                   const LockedPrincipal* other) {
  PairView view{self, std::nullopt, {}, {}};
  if (other == nullptr || other->removed) return view;
  view.other = other->principal;
  if (self.account == other->principal.account) return view;
  view.mine = rows::read_entry(tx, self.account, other->principal.account)
                  .value_or(blank_entry(other->principal));
  view.theirs =
      rows::read_entry(tx, other->principal.account, self.account).value_or(blank_entry(self));
  return view;
}

void store(pqxx::transaction_base& tx, const PairView& view, const Decision& decision) {
  const AccountId owner = view.self.account;
  rows::write_principal(tx, decision.self);
  if (decision.mine) rows::write_entry(tx, owner, *decision.mine);
  if (decision.other && *decision.other != *view.other) {
    rows::write_principal(tx, *decision.other);
  }
  if (decision.theirs) rows::write_entry(tx, view.other->account, *decision.theirs);
  for (const auto& event : decision.aftermath.self.events) rows::write_journal(tx, owner, event);
  if (!decision.aftermath.other) return;
  for (const auto& event : decision.aftermath.other->events) {
    rows::write_journal(tx, decision.aftermath.other->account, event);
  }
}

// The owner's rows between what his client was shown and this change, so that its reply need not
// wait for their hints.
std::vector<model::RosterEvent> missed(pqxx::transaction_base& tx, const ChangeRequest& request,
                                       const Aftermath& aftermath) {
  const Serial now = aftermath.self.profile.serial;
  if (request.shown.value() == 0 || now <= next(request.shown)) return {};
  const Serial last(now.value() - 1);
  const std::size_t all = last.value() - request.shown.value();
  return rows::read_journal(tx, request.owner, request.shown, last, all)
      .value_or(std::vector<model::RosterEvent>());
}

ChangeResult repeated(pqxx::transaction_base& tx, const ChangeRequest& request,
                      const std::string& bytes) {
  auto aftermath = decode_aftermath(bytes);
  if (!aftermath) throw std::runtime_error("an aftermath of an unknown format");
  ChangeResult result;
  result.kind = ChangeResult::Kind::kRepeated;
  result.aftermath = std::move(*aftermath);
  result.missed = missed(tx, request, result.aftermath);
  if (result.aftermath.other) {
    result.mine =
        rows::read_entry(tx, request.owner, result.aftermath.other->account).value_or(Entry());
  }
  return result;
}

}  // namespace

ChangeResult apply_change(pqxx::transaction_base& tx, const ChangeRequest& request,
                          const Decide& decide) {
  const auto locked = rows::lock_pair(tx, request.owner, request.other);
  const LockedPrincipal* owner = nullptr;
  const LockedPrincipal* other = nullptr;
  for (const auto& one : locked) {
    if (one.principal.account == request.owner) owner = &one;
    if (!request.other.empty() && one.principal.handle.value() == request.other) other = &one;
  }
  ChangeResult result;
  if (owner == nullptr || owner->removed) {
    result.kind = ChangeResult::Kind::kNoPrincipal;
    return result;
  }
  const bool outside = request.attempt.from_outside();
  const auto& memory = outside ? owner->outside : owner->session;
  if (memory.attempt == request.attempt && request.attempt.sequence != 0) {
    return repeated(tx, request, memory.aftermath);
  }
  if (!outside && memory.attempt > request.attempt) {
    result.kind = ChangeResult::Kind::kStale;
    return result;
  }
  const PairView view = read_pair(tx, owner->principal, other);
  Decision decision = decide(view);
  if (decision.refused) {
    result.kind = ChangeResult::Kind::kRefused;
    result.code = *decision.refused;
    return result;
  }
  store(tx, view, decision);
  rows::write_attempt(tx, request.owner, request.attempt, decision.aftermath);
  result.missed = missed(tx, request, decision.aftermath);
  result.mine = decision.mine.value_or(view.mine);
  result.aftermath = std::move(decision.aftermath);
  return result;
}

}  // namespace monarch::presence
