// What travels on the bus from presence to a notification node: whole states, never deltas, that
// may be lost, doubled or overtaken (ARCHITECTURE.md#truth-and-hints). On the wire:
// proto/monarch/bus/v1.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "base/handle.hpp"
#include "base/ids.hpp"
#include "model/presence.hpp"
#include "model/status.hpp"
#include "model/version.hpp"

namespace monarch::model {

// The same state for all recipients on one node: kOffline for those who may not see the subject.
struct PresenceHint {
  ContactState subject;
  std::vector<SessionId> recipients;
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

using Hint = std::variant<PresenceHint, RosterHint, KickHint, RingHint>;

// One publish: everything that one operation has for one node.
struct NodeHints {
  NodeId node;
  std::vector<Hint> hints;
};

}  // namespace monarch::model
