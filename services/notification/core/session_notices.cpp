// Session: what comes from outside the clients (docs/protocol/notification.md#not-5, #ipg-6,
// #msg-from-the-ns-2, #chg-2): alerts, mail, pages, and what an administrator does.
#include <variant>

#include "msnp/notice.hpp"
#include "notification/core/session.hpp"

namespace monarch::notification {

using model::Status;
using msnp::Feature;

NoticeFate Session::notice(const model::Notice& notice, Effects& effects) {
  // Whoever is being checked, or has a session and no answer yet, is nobody so far.
  if (!signed_in()) return NoticeFate::kNotYet;
  return std::visit([&](const auto& kind) { return tell(kind, effects); }, notice);
}

NoticeFate Session::tell(const model::Toast& toast, Effects& effects) {
  if (!dialect_.has(Feature::kNotifications)) return NoticeFate::kNotInDialect;
  std::string document;
  if (!msnp::append_not(document, {ref_.account, handle_}, toast)) return NoticeFate::kUnfit;
  lines(effects).notification(document);
  return NoticeFate::kTold;
}

NoticeFate Session::tell(const model::IncomingPage& page, Effects& effects) {
  if (!dialect_.has(Feature::kPages)) return NoticeFate::kNotInDialect;
  std::string document;
  if (!msnp::append_ipg(document, {ref_.account, handle_}, page)) return NoticeFate::kUnfit;
  lines(effects).page(document);
  return NoticeFate::kTold;
}

NoticeFate Session::tell(const model::ShutdownNotice& notice, Effects& effects) {
  lines(effects).system_message(notice.minutes);
  return NoticeFate::kTold;
}

// The client is told, then everybody else, as though he had chosen it. Whoever has not chosen any
// is not made visible by others; and a CHG of his own that is under way comes after this one.
NoticeFate Session::tell(const model::NewStatus& status, Effects& effects) {
  if (status_ == Status::kOffline) return NoticeFate::kNotYet;
  if (status.status == Status::kOffline) return NoticeFate::kUnfit;
  if (status.status == status_) return NoticeFate::kSame;
  status_ = status.status;
  lines(effects).chg(msnp::kUnsolicited, to_wire(status_));
  announce_later(around_->clock.now());
  start_chores(effects);
  return NoticeFate::kTold;
}

NoticeFate Session::tell(const model::NewMail& mail, Effects& effects) {
  std::string payload;
  const bool fits = msnp::append_new_mail(payload, dialect_, mail);
  return send_mail(fits, payload, effects);
}

NoticeFate Session::tell(const model::MailActivity& activity, Effects& effects) {
  std::string payload;
  const bool fits = msnp::append_mail_activity(payload, activity);
  return send_mail(fits, payload, effects);
}

NoticeFate Session::send_mail(bool fits, const std::string& payload, Effects& effects) {
  if (!fits) return NoticeFate::kUnfit;
  lines(effects).server_msg(payload);
  return NoticeFate::kTold;
}

// docs/protocol/notification.md#initial-mail-textx-msmsgsinitialemailnotification-3-msnp2-applicationx-msmsgsemailnotification
MailAnswer Session::mail_counted(const Mailbox& mailbox, Effects& effects) {
  if (mailbox.result == Mailbox::Result::kUnreachable) return MailAnswer::kUnreachable;
  const auto& counts = mailbox.counts;
  const bool unread = counts.inbox_unread != 0 || counts.folders_unread != 0;
  if (mailbox.result == Mailbox::Result::kNone || !unread || !signed_in()) {
    return MailAnswer::kNothing;
  }
  std::string payload;
  const bool fits = msnp::append_initial_mail(payload, dialect_, counts);
  const auto fate = send_mail(fits, payload, effects);
  ++around_->counters.notices[static_cast<std::size_t>(NoticeKind::kInitialMail)]
                             [static_cast<std::size_t>(fate)];
  return MailAnswer::kUnread;
}

}  // namespace monarch::notification
