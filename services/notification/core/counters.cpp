#include "notification/core/counters.hpp"

#include "notification/core/commands/commands.hpp"

namespace monarch::notification {

std::string_view to_string(SignIn result) {
  switch (result) {
    case SignIn::kOk:
      return "ok";
    case SignIn::kRefused:
      return "refused";
    case SignIn::kUnavailable:
      return "unavailable";
    case SignIn::kReferred:
      return "referred";
    case SignIn::kNoRoom:
      return "no_room";
    case SignIn::kAbandoned:
      return "abandoned";
    case SignIn::kNotAllowed:
      return "not_allowed";
    case SignIn::kMaintenance:
      return "maintenance";
  }
  return "unknown";
}

std::string_view to_string(Fate fate) {
  switch (fate) {
    case Fate::kShown:
      return "shown";
    case Fate::kAdvanced:
      return "advanced";
    case Fate::kHeld:
      return "held";
    case Fate::kStale:
      return "stale";
    case Fate::kClosed:
      return "closed";
    case Fate::kForeign:
      return "foreign";
  }
  return "unknown";
}

std::string_view to_string(Repair kind) {
  switch (kind) {
    case Repair::kContact:
      return "contact";
    case Repair::kSerial:
      return "serial";
    case Repair::kStatus:
      return "status";
    case Repair::kReopened:
      return "reopened";
    case Repair::kSuperseded:
      return "superseded";
    case Repair::kOrphan:
      return "orphan";
  }
  return "unknown";
}

std::string_view to_string(NoticeKind kind) {
  switch (kind) {
    case NoticeKind::kToast:
      return "toast";
    case NoticeKind::kShutdown:
      return "shutdown";
    case NoticeKind::kNewStatus:
      return "new_status";
    case NoticeKind::kNewMail:
      return "new_mail";
    case NoticeKind::kMailActivity:
      return "mail_activity";
    case NoticeKind::kPage:
      return "page";
    case NoticeKind::kInitialMail:
      return "initial_mail";
  }
  return "unknown";
}

std::string_view to_string(NoticeFate fate) {
  switch (fate) {
    case NoticeFate::kTold:
      return "told";
    case NoticeFate::kNotInDialect:
      return "not_in_dialect";
    case NoticeFate::kNotYet:
      return "not_yet";
    case NoticeFate::kSame:
      return "same";
    case NoticeFate::kUnfit:
      return "unfit";
    case NoticeFate::kForeign:
      return "foreign";
  }
  return "unknown";
}

std::string_view to_string(MailAnswer answer) {
  switch (answer) {
    case MailAnswer::kUnread:
      return "unread";
    case MailAnswer::kNothing:
      return "nothing";
    case MailAnswer::kUnreachable:
      return "unreachable";
    case MailAnswer::kOverloaded:
      return "overloaded";
  }
  return "unknown";
}

std::string_view verb_name(std::size_t row) { return Commands::verb_of(row); }

}  // namespace monarch::notification
