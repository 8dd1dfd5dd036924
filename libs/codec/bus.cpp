#include "codec/bus.hpp"

#include <utility>

#include "codec/values.hpp"
#include "monarch/bus/v1/bus.pb.h"

namespace monarch::codec {
namespace {

namespace bus = monarch::bus::v1;

static_assert(static_cast<int>(model::KickReason::kAdministrator) ==
              bus::KickHint::REASON_ADMINISTRATOR);

void encode(const model::PresenceHint& from, bus::Hint* to) {
  auto* hint = to->mutable_presence();
  codec::encode(from.subject, hint->mutable_subject());
  hint->mutable_recipients()->Reserve(static_cast<int>(from.recipients.size()));
  for (const SessionId recipient : from.recipients) hint->add_recipients(recipient.value());
}

void encode(const model::RosterHint& from, bus::Hint* to) {
  auto* hint = to->mutable_roster();
  hint->set_recipient(from.recipient.value());
  codec::encode(from.event, hint->mutable_event());
}

void encode(const model::KickHint& from, bus::Hint* to) {
  auto* hint = to->mutable_kick();
  hint->set_session(from.session.value());
  hint->set_reason(static_cast<bus::KickHint::Reason>(from.reason));
}

void encode(const model::RingHint& from, bus::Hint* to) {
  auto* hint = to->mutable_ring();
  hint->set_recipient(from.recipient.value());
  hint->set_conversation(from.conversation);
  hint->set_address(from.address);
  hint->set_ticket(from.ticket);
  hint->set_caller(from.caller.value());
  hint->set_caller_name(from.caller_name);
}

model::RingHint decode(const bus::RingHint& from) {
  return {SessionId(from.recipient()),    from.conversation(), from.address(), from.ticket(),
          Handle::trusted(from.caller()), from.caller_name()};
}

model::PresenceHint decode(const bus::PresenceHint& from) {
  model::PresenceHint hint{codec::decode(from.subject()), {}};
  hint.recipients.reserve(static_cast<std::size_t>(from.recipients_size()));
  for (const auto recipient : from.recipients()) hint.recipients.emplace_back(recipient);
  return hint;
}

model::KickHint decode(const bus::KickHint& from) {
  const auto reason = bus::KickHint::Reason_IsValid(from.reason())
                          ? static_cast<model::KickReason>(from.reason())
                          : model::KickReason::kAdministrator;
  return {SessionId(from.session()), reason};
}

}  // namespace

std::string encode_hints(const std::vector<model::Hint>& hints) {
  bus::NodeHints message;
  for (const auto& hint : hints) {
    std::visit([&](const auto& kind) { encode(kind, message.add_hints()); }, hint);
  }
  return message.SerializeAsString();
}

std::optional<std::vector<model::Hint>> decode_hints(std::string_view bytes) {
  bus::NodeHints message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  std::vector<model::Hint> hints;
  hints.reserve(static_cast<std::size_t>(message.hints_size()));
  for (const auto& hint : message.hints()) {
    switch (hint.kind_case()) {
      case bus::Hint::kPresence:
        hints.emplace_back(decode(hint.presence()));
        break;
      case bus::Hint::kRoster:
        hints.emplace_back(model::RosterHint{SessionId(hint.roster().recipient()),
                                             codec::decode(hint.roster().event())});
        break;
      case bus::Hint::kKick:
        hints.emplace_back(decode(hint.kick()));
        break;
      case bus::Hint::kRing:
        hints.emplace_back(decode(hint.ring()));
        break;
      case bus::Hint::KIND_NOT_SET:
        break;
    }
  }
  return hints;
}

}  // namespace monarch::codec
