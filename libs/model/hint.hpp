// What travels on the bus from presence to a notification node: whole states, never deltas, that
// may be lost, doubled or overtaken (ARCHITECTURE.md#truth-and-hints). On the wire:
// proto/monarch/bus/v1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/handle.hpp"
#include "base/ids.hpp"
#include "model/presence.hpp"
#include "model/status.hpp"
#include "model/trace.hpp"
#include "model/version.hpp"

namespace monarch::model {

// The same state for all recipients on one node: kOffline for those who may not see the subject.
struct PresenceHint {
  ContactState subject;
  std::vector<SessionId> recipients;
  std::optional<Trace> trace = std::nullopt;  // of the CHG that it tells of
};

// A serial of the recipient's own roster has moved.
struct RosterHint {
  SessionId recipient;
  RosterEvent event;
};

enum class KickReason : std::uint8_t { kSignedInElsewhere, kAccountRemoved, kAdministrator };

// The session has lost its account to a session with a greater token, or to an administrator.
struct KickHint {
  SessionId session;
  KickReason reason = KickReason::kSignedInElsewhere;
};

// RNG (docs/protocol/notification.md#rng-2). No state: when it is lost, the ringing time-out heals
// it.
struct RingHint {
  SessionId recipient;
  std::uint32_t conversation = 0;
  std::string address;  // of the switchboard, host:port
  std::string ticket;
  Handle caller;
  std::string caller_name;
};

// ---- what comes from outside the clients ------------------------------------------------------
// Texts are plain UTF-8, as people typed them; a session escapes them as its line demands.

// NOT (docs/protocol/notification.md#not-5). The links are relative to `site_url`.
struct Toast {
  std::uint32_t id = 0;
  std::uint32_t message_id = 0;
  std::uint32_t site_id = 0;
  std::uint32_t lcid = 1033;
  std::string site_url;
  std::string action_url;    // opened at a click
  std::string settings_url;  // "change alert settings"
  std::string icon;
  std::string text;
};

// The system message of type 1: the server goes down in so many minutes
// (docs/protocol/notification.md#system-message-applicationx-msmsgssystemmessage).
struct ShutdownNotice {
  std::uint32_t minutes = 0;
};

// CHG 0: an administrator has given the session another status, which it announces.
struct NewStatus {
  Status status = Status::kOnline;
};

// docs/protocol/notification.md#new-mail-textx-msmsgsemailnotification-3-msnp2-the-application-type-without-id
struct NewMail {
  std::string from;
  std::string from_address;
  std::string subject;
  std::string message_url;
  std::string post_url;
  std::string folder;  // "ACTIVE": the inbox
  std::uint32_t site_id = 2;
};

// Mail was read, moved or deleted elsewhere.
struct MailActivity {
  std::string source_folder;
  std::string destination_folder;
  std::int32_t delta = 0;
};

// IPG: a page from a mobile phone, or, with the TrID of a PAG, that it was not delivered
// (docs/protocol/notification.md#ipg-6).
struct IncomingPage {
  std::string from;  // a name or a number
  std::string text;
  std::uint32_t undelivered = 0;  // 0: a page
};

using Notice = std::variant<Toast, ShutdownNotice, NewStatus, NewMail, MailActivity, IncomingPage>;

// No state either: who published it reports how many sessions it was for.
struct NoticeHint {
  std::vector<SessionId> recipients;
  bool everyone = false;  // all sessions of the node, whatever `recipients` says
  Notice notice;
};

using Hint = std::variant<PresenceHint, RosterHint, KickHint, RingHint, NoticeHint>;

// One publish: everything that one operation has for one node.
struct NodeHints {
  NodeId node;
  std::vector<Hint> hints;
};

}  // namespace monarch::model
