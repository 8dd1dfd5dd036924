// The doors of the notification core to the world, to be opened by the adapters or by a test. All
// of them are called on the node's loop thread, from within a call of Node, and must not call Node
// back before they return: what they bring comes later through Node's entry points.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.hpp"
#include "base/handle.hpp"
#include "base/ids.hpp"
#include "model/presence.hpp"
#include "model/trace.hpp"
#include "msnp/close_reason.hpp"
#include "msnp/command.hpp"
#include "msnp/mail.hpp"

namespace monarch::notification {

// A client connection, numbered by the host; never reused within a process. 0 is none.
using ConnectionId = Strong<struct ConnectionIdTag, std::uint64_t>;
// MD5 of some bytes as 32 lower-case hexadecimal digits, for the answers to challenges
// (docs/protocol/notification.md#chl-qry-6). A core has no cryptography of its own.
using Md5Hex = std::string (*)(std::string_view bytes);
// A question to presence or auth, numbered by the node from 1 on; the answer repeats it.
using RequestId = Strong<struct RequestIdTag, std::uint64_t>;

// A line formatted once for all who get it.
using SharedBytes = std::shared_ptr<const std::string>;

// The sockets.
class Wire {
 public:
  virtual ~Wire() = default;
  virtual void send(ConnectionId connection, std::string bytes) = 0;
  virtual void send(ConnectionId connection, const SharedBytes& bytes) = 0;
  // Back-pressure: read nothing from this client until resume().
  virtual void pause(ConnectionId connection) = 0;
  virtual void resume(ConnectionId connection) = 0;
  // Flushes what was sent, shuts down, lingers, closes
  // (docs/protocol/framing.md#9-what-closes-a-connection). The node has forgotten the connection:
  // no disconnected() for it, further received() are ignored.
  virtual void close(ConnectionId connection) = 0;
};

// The streams to the presence instances, one each (ARCHITECTURE.md#the-way-of-a-status-change).
class Links {
 public:
  virtual ~Links() = default;
  // Puts the request into the batch for that instance, which is one that link_up() named. Answered
  // by Node::replied(), or never: the node keeps the time.
  virtual void send(const NodeId& instance, RequestId id, const model::Request& request) = 0;
};

// Is this the password of that account (docs/protocol/dispatch.md#4-usr)?
struct Verify {
  std::string handle;
  std::string challenge;
  std::string digest;
  std::string peer;  // the client's address without its port, for throttling
};

struct Verified {
  enum class Result : std::uint8_t {
    kOk,
    kRefused,           // 911
    kStoreUnavailable,  // 603
    kUnreachable,       // 600: no auth instance answered in time; made by the adapter
    // The password was right, and yet he may not come in.
    kNoConsent,    // 923
    kUnverified,   // 924
    kMaintenance,  // 500, whatever the password
  };
  Result result = Result::kUnreachable;
  AccountId account;
  bool address_verified = false;
};

class AuthDoor {
 public:
  virtual ~AuthDoor() = default;
  // Answered by Node::verified(); retries among the auth instances are the adapter's. The node
  // stops waiting after Settings::ask_timeout.
  virtual void verify(RequestId id, const Verify& question) = 0;
};

// A place in a conversation to come, for XFR SB (docs/protocol/notification.md#xfr-sb-2).
struct Reservation {
  AccountId account;
  Handle handle;
  std::string friendly_name;  // as the others will see it as long as the conversation lasts
  std::uint8_t dialect = 0;
  SessionId session;
};

struct Reserved {
  std::string address;  // host:port of the switchboard; empty: none could be had, 601
  std::string ticket;
  std::string node = {};  // its id, for counting
};

// The switchboards, least loaded first.
class SwitchboardDoor {
 public:
  virtual ~SwitchboardDoor() = default;
  // Answered by Node::reserved(); trying another switchboard is the adapter's. The node stops
  // waiting after Settings::ask_timeout.
  virtual void reserve(RequestId id, const Reservation& reservation) = 0;
};

// Is told how long things took, as they end; never negative.
class Meter {
 public:
  virtual ~Meter() = default;
  // A CHG, wherever in the cluster it was, has reached those who see it here: so many lines, of
  // one hint, have been written `took` after it was received.
  virtual void fanned_out(const model::Trace& trace, Duration took, std::size_t lines) = 0;
  // Presence has answered, `took` after it was first asked; whatever the answer is.
  virtual void answered(const model::Request& request, Duration took) = 0;
};

// What a mail system says of a user's mailbox.
struct Mailbox {
  enum class Result : std::uint8_t { kKnown, kNone, kUnreachable };
  Result result = Result::kUnreachable;
  msnp::MailCounts counts;  // of kKnown
};

// A mail system that is asked how much unread mail there is, when somebody signs in
// (docs/protocol/notification.md#msg-from-the-ns-2). There need not be one.
class MailboxDoor {
 public:
  virtual ~MailboxDoor() = default;
  // Answered by Node::mail_counted(), always and in bounded time: the node does not keep it.
  virtual void count(RequestId id, const Handle& handle) = 0;
};

// Who looks on while sessions and their clients talk: an administrator's trace. There is none
// unless Node::witness() names one, and then it is told of every session that has an id.
class Witness {
 public:
  virtual ~Witness() = default;
  // A command as it is taken up, before anything is answered; the views end with the call.
  virtual void received(SessionId session, const msnp::Command& command) = 0;
  // Whole commands, on their way to the socket.
  virtual void sent(SessionId session, std::string_view bytes) = 0;
  virtual void ended(SessionId session, msnp::CloseReason reason) = 0;
};

}  // namespace monarch::notification
