#include "codec/bus.hpp"

#include <algorithm>
#include <utility>

#include "codec/values.hpp"
#include "monarch/bus/v1/bus.pb.h"

namespace monarch::codec {
namespace {

namespace bus = monarch::bus::v1;

static_assert(static_cast<int>(model::KickReason::kAdministrator) ==
              bus::KickHint::REASON_ADMINISTRATOR);

void encode(const model::PresenceHint& from, const Moment& now, bus::Hint* to) {
  auto* hint = to->mutable_presence();
  codec::encode(from.subject, hint->mutable_subject());
  hint->mutable_recipients()->Reserve(static_cast<int>(from.recipients.size()));
  for (const SessionId recipient : from.recipients) hint->add_recipients(recipient.value());
  if (from.trace) codec::encode(*from.trace, now, hint->mutable_trace());
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

void encode(const model::Toast& from, bus::NoticeHint* to) {
  auto* toast = to->mutable_toast();
  toast->set_id(from.id);
  toast->set_message_id(from.message_id);
  toast->set_site_id(from.site_id);
  toast->set_lcid(from.lcid);
  toast->set_site_url(from.site_url);
  toast->set_action_url(from.action_url);
  toast->set_settings_url(from.settings_url);
  toast->set_icon(from.icon);
  toast->set_text(from.text);
}

void encode(const model::ShutdownNotice& from, bus::NoticeHint* to) {
  to->mutable_shutdown()->set_minutes(from.minutes);
}

void encode(const model::NewStatus& from, bus::NoticeHint* to) {
  to->mutable_new_status()->set_status(static_cast<presence::v1::Status>(from.status));
}

void encode(const model::NewMail& from, bus::NoticeHint* to) {
  auto* mail = to->mutable_new_mail();
  mail->set_from(from.from);
  mail->set_from_address(from.from_address);
  mail->set_subject(from.subject);
  mail->set_message_url(from.message_url);
  mail->set_post_url(from.post_url);
  mail->set_folder(from.folder);
  mail->set_site_id(from.site_id);
}

void encode(const model::MailActivity& from, bus::NoticeHint* to) {
  auto* activity = to->mutable_mail_activity();
  activity->set_source_folder(from.source_folder);
  activity->set_destination_folder(from.destination_folder);
  activity->set_delta(from.delta);
}

void encode(const model::IncomingPage& from, bus::NoticeHint* to) {
  to->mutable_page()->set_from(from.from);
  to->mutable_page()->set_text(from.text);
  to->mutable_page()->set_undelivered(from.undelivered);
}

void encode(const model::NoticeHint& from, bus::Hint* to) {
  auto* hint = to->mutable_notice();
  for (const SessionId recipient : from.recipients) hint->add_recipients(recipient.value());
  hint->set_everyone(from.everyone);
  std::visit([hint](const auto& notice) { encode(notice, hint); }, from.notice);
}

std::optional<model::Notice> decode_notice(const bus::NoticeHint& from) {
  switch (from.notice_case()) {
    case bus::NoticeHint::kToast: {
      const auto& toast = from.toast();
      return model::Toast{toast.id(),           toast.message_id(), toast.site_id(),
                          toast.lcid(),         toast.site_url(),   toast.action_url(),
                          toast.settings_url(), toast.icon(),       toast.text()};
    }
    case bus::NoticeHint::kShutdown:
      return model::ShutdownNotice{from.shutdown().minutes()};
    case bus::NoticeHint::kNewStatus:
      return model::NewStatus{codec::decode(from.new_status().status())};
    case bus::NoticeHint::kNewMail: {
      const auto& mail = from.new_mail();
      return model::NewMail{mail.from(),        mail.from_address(), mail.subject(),
                            mail.message_url(), mail.post_url(),     mail.folder(),
                            mail.site_id()};
    }
    case bus::NoticeHint::kMailActivity:
      return model::MailActivity{from.mail_activity().source_folder(),
                                 from.mail_activity().destination_folder(),
                                 from.mail_activity().delta()};
    case bus::NoticeHint::kPage:
      return model::IncomingPage{from.page().from(), from.page().text(), from.page().undelivered()};
    case bus::NoticeHint::NOTICE_NOT_SET:
      break;
  }
  return std::nullopt;  // of a newer peer
}

model::RingHint decode(const bus::RingHint& from) {
  return {SessionId(from.recipient()),    from.conversation(), from.address(), from.ticket(),
          Handle::trusted(from.caller()), from.caller_name()};
}

model::PresenceHint decode(const bus::PresenceHint& from, const Moment& now) {
  model::PresenceHint hint{codec::decode(from.subject()), {}};
  hint.recipients.reserve(static_cast<std::size_t>(from.recipients_size()));
  for (const auto recipient : from.recipients()) hint.recipients.emplace_back(recipient);
  if (from.has_trace()) hint.trace = codec::decode(from.trace(), now);
  return hint;
}

model::KickHint decode(const bus::KickHint& from) {
  const auto reason = bus::KickHint::Reason_IsValid(from.reason())
                          ? static_cast<model::KickReason>(from.reason())
                          : model::KickReason::kAdministrator;
  return {SessionId(from.session()), reason};
}

}  // namespace

std::string encode_hints(const std::vector<model::Hint>& hints, const Moment& now) {
  bus::NodeHints message;
  message.set_published_unix_micros(now.since_1970.count());
  for (const auto& hint : hints) {
    std::visit(
        [&](const auto& kind) {
          if constexpr (requires { kind.trace; }) {
            encode(kind, now, message.add_hints());
          } else {
            encode(kind, message.add_hints());
          }
        },
        hint);
  }
  return message.SerializeAsString();
}

std::optional<BusMessage> decode_hints(std::string_view bytes, const Moment& now) {
  bus::NodeHints message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  BusMessage decoded;
  if (message.published_unix_micros() != 0) {
    decoded.age = std::max(Duration::zero(), age(message.published_unix_micros(), now));
  }
  auto& hints = decoded.hints;
  hints.reserve(static_cast<std::size_t>(message.hints_size()));
  for (const auto& hint : message.hints()) {
    switch (hint.kind_case()) {
      case bus::Hint::kPresence:
        hints.emplace_back(decode(hint.presence(), now));
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
      case bus::Hint::kNotice:
        if (auto notice = decode_notice(hint.notice())) {
          model::NoticeHint notices{{}, hint.notice().everyone(), std::move(*notice)};
          for (const auto id : hint.notice().recipients()) notices.recipients.emplace_back(id);
          hints.emplace_back(std::move(notices));
        }
        break;
      case bus::Hint::KIND_NOT_SET:
        break;
    }
  }
  return decoded;
}

}  // namespace monarch::codec
