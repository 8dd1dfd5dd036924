#include "codec/replies.hpp"

#include "base/assert.hpp"
#include "codec/values.hpp"

namespace monarch::codec {
namespace {

using Contacts = google::protobuf::RepeatedPtrField<pb::Roster::Contact>;
using Events = google::protobuf::RepeatedPtrField<pb::RosterEvent>;
using States = google::protobuf::RepeatedPtrField<pb::ContactState>;

// The proto keeps 0 for "unspecified", so faults are shifted by one; kUnreachable is never sent.
static_assert(static_cast<int>(model::Fault::kNoPrincipal) + 1 == pb::FAULT_NO_PRINCIPAL);
static_assert(static_cast<int>(model::SessionVerdict::Kind::kUnknown) ==
              pb::SessionVerdict::KIND_UNKNOWN);

template <class Model, class Field>
void put_all(const std::vector<Model>& from, Field* to) {
  to->Reserve(static_cast<int>(from.size()));
  for (const auto& item : from) encode(item, to->Add());
}

template <class Field>
auto take_all(const Field& from) {
  std::vector<decltype(decode(from.Get(0)))> items;
  items.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& item : from) items.push_back(decode(item));
  return items;
}

void put(const model::Refused& from, pb::Reply* to) { to->mutable_refused()->set_code(from.code); }

void put(const model::Failed& from, pb::Reply* to) {
  MONARCH_ASSERT(from.fault != model::Fault::kUnreachable);
  to->mutable_failed()->set_fault(static_cast<pb::Fault>(static_cast<int>(from.fault) + 1));
}

model::Failed take(const pb::Failed& from) {
  if (from.fault() == pb::FAULT_UNSPECIFIED || !pb::Fault_IsValid(from.fault())) {
    return {model::Fault::kUnreachable};
  }
  return {static_cast<model::Fault>(static_cast<int>(from.fault()) - 1)};
}

void put(const model::Opened& from, pb::Reply* to) {
  encode(from.token, to->mutable_opened()->mutable_token());
  to->mutable_opened()->set_friendly_name(from.friendly_name);
}

void put(const model::Closed& /*from*/, pb::Reply* to) { to->mutable_closed(); }

void put(const std::vector<model::Roster::Contact>& from, Contacts* to) {
  to->Reserve(static_cast<int>(from.size()));
  for (const auto& contact : from) {
    auto* item = to->Add();
    item->set_handle(contact.handle.value());
    item->set_name(contact.name);
    item->set_groups(contact.groups);
    item->set_account(contact.account.value());
    if (contact.numbers != model::Numbers{}) encode(contact.numbers, item->mutable_numbers());
  }
}

std::vector<model::Roster::Contact> take(const Contacts& from) {
  std::vector<model::Roster::Contact> contacts;
  contacts.reserve(static_cast<std::size_t>(from.size()));
  for (const auto& item : from) {
    contacts.push_back({Handle::trusted(item.handle()), item.name(), item.groups(),
                        decode(item.numbers()), AccountId(item.account())});
  }
  return contacts;
}

const std::vector<model::Roster::Contact>& list(const model::Roster& roster, model::List which) {
  return roster.lists[static_cast<std::size_t>(which)];
}

std::vector<model::Roster::Contact>& list(model::Roster& roster, model::List which) {
  return roster.lists[static_cast<std::size_t>(which)];
}

void put(const model::Roster& from, pb::Reply* to) {
  auto* roster = to->mutable_roster();
  roster->set_serial(from.serial.value());
  roster->set_current(from.current);
  if (from.current) return;
  roster->set_ask(from.ask);
  roster->set_allow(from.allow);
  encode(from.numbers, roster->mutable_numbers());
  roster->set_mobile_device(from.mobile_device);
  for (const auto& group : from.groups) {
    auto* item = roster->add_groups();
    item->set_id(group.id);
    item->set_name(group.name);
  }
  put(list(from, model::List::kForward), roster->mutable_forward());
  put(list(from, model::List::kAllow), roster->mutable_allowed());
  put(list(from, model::List::kBlock), roster->mutable_blocked());
  put(list(from, model::List::kReverse), roster->mutable_reverse());
}

model::Roster take(const pb::Roster& from) {
  model::Roster roster;
  roster.serial = Serial(from.serial());
  roster.current = from.current();
  if (roster.current) return roster;
  roster.ask = from.ask();
  roster.allow = from.allow();
  roster.numbers = decode(from.numbers());
  roster.mobile_device = from.mobile_device();
  for (const auto& group : from.groups()) {
    roster.groups.push_back({static_cast<model::GroupId>(group.id()), group.name()});
  }
  list(roster, model::List::kForward) = take(from.forward());
  list(roster, model::List::kAllow) = take(from.allowed());
  list(roster, model::List::kBlock) = take(from.blocked());
  list(roster, model::List::kReverse) = take(from.reverse());
  return roster;
}

void put(const model::StatusChanged& from, pb::Reply* to) {
  put_all(from.contacts, to->mutable_status_changed()->mutable_contacts());
}

void put(const model::Changed& from, pb::Reply* to) {
  auto* changed = to->mutable_changed();
  changed->set_serial(from.serial.value());
  put_all(from.missed, changed->mutable_missed());
  if (from.added) {
    encode(from.added->state, changed->mutable_added()->mutable_state());
    encode(from.added->numbers, changed->mutable_added()->mutable_numbers());
  }
  for (const AccountId account : from.removed) changed->add_removed(account.value());
  if (from.group) changed->set_group(*from.group);
  changed->set_value(from.value);
}

model::Changed take(const pb::Changed& from) {
  model::Changed changed;
  changed.serial = Serial(from.serial());
  changed.missed = take_all(from.missed());
  if (from.has_added()) {
    changed.added = {decode(from.added().state()), decode(from.added().numbers())};
  }
  for (const auto account : from.removed()) changed.removed.emplace_back(account);
  if (from.has_group()) changed.group = static_cast<model::GroupId>(from.group());
  changed.value = from.value();
  return changed;
}

void put(const model::Journal& from, pb::Reply* to) {
  put_all(from.events, to->mutable_journal()->mutable_events());
  to->mutable_journal()->set_trimmed(from.trimmed);
  to->mutable_journal()->set_serial(from.serial.value());
}

void put(const model::Compared& from, pb::Reply* to) {
  auto* compared = to->mutable_compared();
  for (const auto& verdict : from.sessions) {
    auto* item = compared->add_sessions();
    item->set_session(verdict.session.value());
    item->set_kind(static_cast<pb::SessionVerdict::Kind>(verdict.kind));
    item->set_serial(verdict.serial.value());
    item->set_status_differs(verdict.status_differs);
    put_all(verdict.contacts, item->mutable_contacts());
  }
}

model::Compared take(const pb::Compared& from) {
  model::Compared compared;
  for (const auto& item : from.sessions()) {
    // An unknown kind must not end a session: it holds.
    const auto kind = pb::SessionVerdict::Kind_IsValid(item.kind())
                          ? static_cast<model::SessionVerdict::Kind>(item.kind())
                          : model::SessionVerdict::Kind::kHolds;
    compared.sessions.push_back({SessionId(item.session()), kind, Serial(item.serial()),
                                 item.status_differs(), take_all(item.contacts())});
  }
  return compared;
}

void put(const model::NodeSessions& from, pb::Reply* to) {
  put_all(from.sessions, to->mutable_node_sessions()->mutable_sessions());
  to->mutable_node_sessions()->set_more(from.more);
}

void put(const model::Invited& from, pb::Reply* to) {
  auto* invited = to->mutable_invited();
  invited->set_account(from.account.value());
  invited->set_session(from.session.value());
  invited->set_dialect(from.dialect);
  invited->set_name(from.name);
}

model::Invited take(const pb::Invited& from) {
  return {AccountId(from.account()), SessionId(from.session()),
          static_cast<std::uint8_t>(from.dialect()), from.name()};
}

void put(const model::Found& from, pb::Reply* to) {
  auto* found = to->mutable_found();
  for (const auto& entry : from.people) {
    auto* item = found->add_people();
    item->set_handle(entry.handle);
    encode(entry.person, item->mutable_person());
  }
}

model::Found take(const pb::Found& from) {
  model::Found found;
  found.people.reserve(static_cast<std::size_t>(from.people_size()));
  for (const auto& item : from.people()) {
    found.people.push_back({item.handle(), decode(item.person())});
  }
  return found;
}

void put(const model::Pager& from, pb::Reply* to) {
  to->mutable_pager()->set_account(from.account.value());
  to->mutable_pager()->set_number(from.number);
}

}  // namespace

void encode(const model::Reply& from, pb::Reply* to) {
  std::visit([to](const auto& result) { put(result, to); }, from);
}

model::Reply decode(const pb::Reply& from) {
  switch (from.result_case()) {
    case pb::Reply::kRefused:
      return model::Refused{static_cast<std::uint16_t>(from.refused().code())};
    case pb::Reply::kFailed:
      return take(from.failed());
    case pb::Reply::kOpened:
      return model::Opened{decode(from.opened().token()), from.opened().friendly_name()};
    case pb::Reply::kClosed:
      return model::Closed{};
    case pb::Reply::kRoster:
      return take(from.roster());
    case pb::Reply::kStatusChanged:
      return model::StatusChanged{take_all(from.status_changed().contacts())};
    case pb::Reply::kChanged:
      return take(from.changed());
    case pb::Reply::kJournal:
      return model::Journal{take_all(from.journal().events()), from.journal().trimmed(),
                            Serial(from.journal().serial())};
    case pb::Reply::kCompared:
      return take(from.compared());
    case pb::Reply::kNodeSessions:
      return model::NodeSessions{take_all(from.node_sessions().sessions()),
                                 from.node_sessions().more()};
    case pb::Reply::kInvited:
      return take(from.invited());
    case pb::Reply::kFound:
      return take(from.found());
    case pb::Reply::kPager:
      return model::Pager{AccountId(from.pager().account()), from.pager().number()};
    case pb::Reply::RESULT_NOT_SET:
      break;
  }
  return model::Failed{model::Fault::kUnreachable};
}

}  // namespace monarch::codec
