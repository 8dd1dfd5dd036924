#include "notification/core/watch.hpp"

#include <algorithm>
#include <utility>

namespace monarch::notification {

namespace {

// A collision hides one renaming until the next change: one in four thousand million.
std::uint32_t hash_name(std::string_view name) {
  std::uint32_t hash = 0x811C9DC5U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 0x01000193U;
  return hash == 0 ? 1 : hash;
}

}  // namespace

void append_presence(msnp::Encoder& lines, const model::ContactState& state) {
  if (model::is_shown(state.status)) {
    lines.nln(to_wire(state.status), state.handle, state.name);
  } else {
    lines.fln(state.handle);
  }
}

std::vector<Watch::Contact>::iterator Watch::place_of(AccountId account) {
  return std::lower_bound(
      contacts_.begin(), contacts_.end(), account,
      [](const Contact& contact, AccountId key) { return contact.account < key; });
}

bool Watch::take(Contact& contact, const model::ContactState& state) {
  const bool shown = model::is_shown(state.status);
  const auto status = shown ? state.status : model::Status::kOffline;
  const auto name_hash = shown ? hash_name(state.name) : 0U;
  const bool differs = contact.shown != status || contact.name_hash != name_hash;
  contact.version = state.version;
  contact.shown = status;
  contact.name_hash = name_hash;
  return differs;
}

void Watch::begin_snapshot() {
  // What was published before we ask is in the answer, and so is who was added before.
  held_ = {};
  newcomer_ = false;
  gone_ = {};
  overflowed_ = false;
}

void Watch::enter(const model::ContactState& state, std::string_view trid, msnp::Encoder& lines) {
  auto place = place_of(state.account);
  if (place == contacts_.end() || place->account != state.account) {
    place = contacts_.insert(place, Contact{state.account, {}, 0, model::Status::kOffline});
  } else if (state.version <= place->version) {
    return;
  }
  if (!take(*place, state)) return;
  if (trid.empty() || !model::is_shown(state.status)) {
    append_presence(lines, state);
  } else {
    lines.iln(trid, to_wire(state.status), state.handle, state.name);
  }
}

void Watch::snapshot(const std::vector<model::ContactState>& contacts, std::string_view trid,
                     msnp::Encoder& lines) {
  const auto gone = std::exchange(gone_, {});
  contacts_.reserve(contacts.size());
  for (const auto& state : contacts) {
    if (std::find(gone.begin(), gone.end(), state.account) == gone.end()) enter(state, trid, lines);
  }
  open_ = true;
  release(lines);
}

Fate Watch::offer(const model::ContactState& state, bool adding, std::size_t held_max) {
  const auto place = place_of(state.account);
  const bool known = place != contacts_.end() && place->account == state.account;
  if (!open_ || (!known && adding)) {
    if (held_.size() < held_max) {
      held_.push_back(state);
    } else {
      overflowed_ = true;
    }
    return Fate::kHeld;
  }
  if (!known) return Fate::kForeign;
  if (state.version <= place->version) return Fate::kStale;
  return take(*place, state) ? Fate::kShown : Fate::kAdvanced;
}

void Watch::added(const model::ContactState& state, std::string_view trid, msnp::Encoder& lines) {
  std::erase(gone_, state.account);
  // Whatever a REM of unknown outcome has left of him: the client shows somebody new.
  const auto place = place_of(state.account);
  if (place != contacts_.end() && place->account == state.account) contacts_.erase(place);
  enter(state, trid, lines);
}

void Watch::release(msnp::Encoder& lines) {
  if (!open_) return;
  const auto held = std::exchange(held_, {});
  for (const auto& state : held) {
    if (offer(state, false, 0) == Fate::kShown) append_presence(lines, state);
  }
}

void Watch::removed(AccountId account) {
  if (!open_) gone_.push_back(account);
  const auto place = place_of(account);
  if (place != contacts_.end() && place->account == account) contacts_.erase(place);
}

void Watch::keep_only(const std::vector<model::Roster::Contact>& forward) {
  std::vector<AccountId> listed;
  listed.reserve(forward.size());
  for (const auto& contact : forward) {
    // A presence of the release before does not say who they are.
    if (contact.account == AccountId()) return;
    listed.push_back(contact.account);
  }
  std::sort(listed.begin(), listed.end());
  std::vector<AccountId> others;
  for (const auto& contact : contacts_) {
    if (!std::binary_search(listed.begin(), listed.end(), contact.account)) {
      others.push_back(contact.account);
    }
  }
  for (const auto account : others) removed(account);
}

void Watch::listed(const model::RosterEvent& event) {
  if (event.list != model::List::kForward) return;
  if (event.kind == model::RosterEvent::Kind::kListRemoved) removed(event.account);
  if (event.kind != model::RosterEvent::Kind::kListAdded) return;
  std::erase(gone_, event.account);
  // As in added(): the client shows somebody new.
  const auto place = place_of(event.account);
  if (place != contacts_.end() && place->account == event.account) contacts_.erase(place);
  newcomer_ = true;
}

bool Watch::take_newcomer() { return open_ && std::exchange(newcomer_, false); }

bool Watch::take_overflow() { return std::exchange(overflowed_, false); }

std::vector<model::SessionReport::Seen> Watch::report() const {
  std::vector<model::SessionReport::Seen> seen;
  seen.reserve(contacts_.size());
  for (const auto& contact : contacts_) {
    seen.push_back({contact.account, contact.version, contact.shown});
  }
  return seen;
}

std::size_t Watch::heap_bytes() const {
  return contacts_.capacity() * sizeof(Contact) + held_.capacity() * sizeof(model::ContactState);
}

}  // namespace monarch::notification
