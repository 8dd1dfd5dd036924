#include "codec/values.hpp"

namespace monarch::codec {

// The enums of model and proto have the same numbers; this is where that is relied on.
static_assert(static_cast<int>(model::Status::kHidden) == pb::STATUS_HIDDEN);
static_assert(static_cast<int>(model::List::kReverse) == pb::LIST_REVERSE);
static_assert(static_cast<int>(model::Property::kMobileDevice) == pb::PROPERTY_MOBILE_DEVICE);
static_assert(static_cast<int>(model::RosterEvent::Kind::kUngrouped) ==
              pb::RosterEvent::KIND_UNGROUPED);

void encode(const model::Version& from, pb::Version* to) {
  to->set_generation(from.generation);
  to->set_counter(from.counter);
}

void encode(const model::SessionRef& from, pb::SessionRef* to) {
  to->set_account(from.account.value());
  to->set_session(from.session.value());
  encode(from.token, to->mutable_token());
}

void encode(const model::Numbers& from, pb::Numbers* to) {
  to->set_home(from.home);
  to->set_work(from.work);
  to->set_mobile(from.mobile);
  to->set_pages(from.pages);
}

void encode(const model::ContactState& from, pb::ContactState* to) {
  to->set_account(from.account.value());
  to->set_handle(from.handle.value());
  encode(from.version, to->mutable_version());
  to->set_status(static_cast<pb::Status>(from.status));
  to->set_name(from.name);
}

void encode(const model::RosterEvent& from, pb::RosterEvent* to) {
  to->set_serial(from.serial.value());
  to->set_kind(static_cast<pb::RosterEvent::Kind>(from.kind));
  to->set_other(from.other.value());
  to->set_property(static_cast<pb::Property>(from.property));
  to->set_value(from.value);
  to->set_list(static_cast<pb::List>(from.list));
  if (from.group) to->set_group(*from.group);
  to->set_account(from.account.value());
}

void encode(const model::Person& from, pb::Person* to) {
  to->set_first(from.first);
  to->set_last(from.last);
  to->set_city(from.city);
  to->set_state(from.state);
  to->set_country(from.country);
}

model::Person decode(const pb::Person& from) {
  return {from.first(), from.last(), from.city(), from.state(), from.country()};
}

model::Version decode(const pb::Version& from) { return {from.generation(), from.counter()}; }

model::SessionRef decode(const pb::SessionRef& from) {
  return {AccountId(from.account()), SessionId(from.session()), decode(from.token())};
}

model::Numbers decode(const pb::Numbers& from) {
  return {from.home(), from.work(), from.mobile(), from.pages()};
}

model::ContactState decode(const pb::ContactState& from) {
  return {AccountId(from.account()), Handle::trusted(from.handle()), decode(from.version()),
          decode(from.status()), from.name()};
}

model::RosterEvent decode(const pb::RosterEvent& from) {
  const auto kind = pb::RosterEvent::Kind_IsValid(from.kind())
                        ? static_cast<model::RosterEvent::Kind>(from.kind())
                        : model::RosterEvent::Kind::kSilent;
  return {
      Serial(from.serial()),
      kind,
      Handle::trusted(from.other()),
      decode(from.property()),
      from.value(),
      decode(from.list()),
      from.has_group() ? std::optional(static_cast<model::GroupId>(from.group())) : std::nullopt,
      AccountId(from.account())};
}

model::Status decode(pb::Status from) {
  return pb::Status_IsValid(from) ? static_cast<model::Status>(from) : model::Status::kOffline;
}

model::List decode(pb::List from) {
  return pb::List_IsValid(from) ? static_cast<model::List>(from) : model::List::kForward;
}

model::Property decode(pb::Property from) {
  return pb::Property_IsValid(from) ? static_cast<model::Property>(from)
                                    : model::Property::kHomePhone;
}

}  // namespace monarch::codec
