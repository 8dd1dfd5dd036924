// The doors of the switchboard core to the world, to be opened by the adapters or by a test. All
// of them are called on the exchange's loop thread, from within a call of Exchange, and must not
// call Exchange back before they return: what they bring comes later through its entry points.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/handle.hpp"
#include "base/ids.hpp"
#include "msnp/dialect.hpp"

namespace monarch::switchboard {

// A client connection, numbered by the host; never reused within a process. 0 is none.
using ConnectionId = Strong<struct ConnectionIdTag, std::uint64_t>;
// A question to presence, numbered by the exchange from 1 on; the answer repeats it.
using RequestId = Strong<struct RequestIdTag, std::uint64_t>;
// What clients know as the session id: decimal, at most ten digits, fits a signed 32-bit integer
// (docs/protocol/switchboard.md#9-auth-strings-ids-and-the-cluster). 0 is none.
using ConversationId = Strong<struct ConversationIdTag, std::uint32_t>;

// A message formatted once for all who get it.
using SharedBytes = std::shared_ptr<const std::string>;

// The sockets.
class Wire {
 public:
  virtual ~Wire() = default;
  // Whether the connection took the bytes: written, or queued within its limit. What it did not
  // take is lost, and close() follows. The bytes are only valid during the call.
  [[nodiscard]] virtual bool send(ConnectionId connection, std::string_view bytes) = 0;
  [[nodiscard]] virtual bool send(ConnectionId connection, const SharedBytes& bytes) = 0;
  // Back-pressure: read nothing from this client until resume().
  virtual void pause(ConnectionId connection) = 0;
  virtual void resume(ConnectionId connection) = 0;
  // Flushes what was sent, shuts down, lingers, closes
  // (docs/protocol/framing.md#9-what-closes-a-connection). The exchange has forgotten the
  // connection: no disconnected() for it, further received() are ignored.
  virtual void close(ConnectionId connection) = 0;
};

// May this caller talk to this callee, where is he, and give him the RNG: one call to presence
// (docs/protocol/presence-and-privacy.md#10-privacy-checks-for-switchboards). The ticket is valid
// already (ARCHITECTURE.md#rule-6).
struct Invite {
  AccountId caller;
  Handle caller_handle;
  std::string caller_name;
  Handle callee;
  ConversationId conversation;
  std::string address;  // of this switchboard, for clients
  std::string ticket;   // the callee's
};

struct Invited {
  enum class Result : std::uint8_t {
    kReachable,     // the RNG is on its way
    kNotAvailable,  // offline, hidden, unknown, IMS off, or he may not: 217
    kUnreachable,   // presence or the callee's node is away: 217; made by the adapter, too
  };
  Result result = Result::kUnreachable;
  // Of the callee, when he is reachable.
  AccountId account = {};
  SessionId session = {};
  msnp::Dialect dialect = {};
  std::string name = {};  // the friendly name as others see it, URL-encoded
};

class PresenceDoor {
 public:
  virtual ~PresenceDoor() = default;
  // Answered by Exchange::invited(), or never: the exchange waits Settings::invite_timeout.
  virtual void invite(RequestId id, const Invite& invite) = 0;
};

}  // namespace monarch::switchboard
