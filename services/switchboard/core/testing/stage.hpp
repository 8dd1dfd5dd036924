// Stage: an exchange with a clock that stands, sockets that are strings, and a presence that says
// what it is told to; for tests, the simulation and the fuzzer.
#pragma once

#include <cctype>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "switchboard/core/exchange.hpp"

namespace monarch::switchboard {

class FakeWire final : public Wire {
 public:
  struct Socket {
    std::string heard;
    bool open = true;
    bool paused = false;
    std::size_t room = SIZE_MAX;  // what its queue still takes
  };

  Socket& operator[](ConnectionId connection) { return sockets_[connection]; }
  [[nodiscard]] std::size_t shared_sends() const { return shared_sends_; }
  // How often something was sent that had not been sent just before.
  [[nodiscard]] std::size_t shared_made() const { return shared_made_; }

  bool send(ConnectionId connection, std::string_view bytes) override {
    Socket& socket = sockets_.at(connection);
    MONARCH_ASSERT(socket.open && !bytes.empty());
    if (bytes.size() > socket.room) return false;
    if (socket.room != SIZE_MAX) socket.room -= bytes.size();
    socket.heard.append(bytes);
    return true;
  }
  bool send(ConnectionId connection, const SharedBytes& bytes) override {
    ++shared_sends_;
    if (bytes != last_shared_) ++shared_made_;
    last_shared_ = bytes;
    return send(connection, *bytes);
  }
  void pause(ConnectionId connection) override { set_paused(connection, true); }
  void resume(ConnectionId connection) override { set_paused(connection, false); }
  void close(ConnectionId connection) override {
    Socket& socket = sockets_.at(connection);
    MONARCH_ASSERT(socket.open);
    socket.open = false;
  }

 private:
  void set_paused(ConnectionId connection, bool paused) {
    Socket& socket = sockets_.at(connection);
    MONARCH_ASSERT(socket.open && socket.paused != paused);
    socket.paused = paused;
  }

  std::map<ConnectionId, Socket> sockets_;
  SharedBytes last_shared_;
  std::size_t shared_sends_ = 0;
  std::size_t shared_made_ = 0;
};

class FakePresence final : public PresenceDoor {
 public:
  struct Asked {
    RequestId id;
    Invite invite;
  };
  std::deque<Asked> asked;  // and not answered yet

  void invite(RequestId id, const Invite& invite) override { asked.push_back({id, invite}); }
  [[nodiscard]] Asked take() {
    MONARCH_ASSERT(!asked.empty());
    Asked first = std::move(asked.front());
    asked.pop_front();
    return first;
  }
};

// "bob" is bob@example.com; account and session follow from the name.
inline Identity user(const std::string& name, std::string friendly = {}) {
  const auto number = std::uint64_t{1} + std::hash<std::string>{}(name) % 1'000'000;
  if (friendly.empty()) friendly = name == "bob" ? "Bob%20B" : name;
  friendly.front() = static_cast<char>(std::toupper(friendly.front()));
  return {.account = AccountId(number),
          .handle = Handle::trusted(name + "@example.com"),
          .name = std::move(friendly),
          .session = SessionId(number + 1'000'000),
          .dialect = msnp::Dialect::kMsnp5};
}

inline Settings stage_settings() {
  Settings settings;
  settings.advertised = "10.0.0.9:1863";
  return settings;
}

class Stage {
 public:
  explicit Stage(Settings chosen = stage_settings(), std::uint64_t seed = 1)
      : settings(std::move(chosen)), random(seed) {}

  Settings settings;
  ManualClock clock;
  SeededRandom random;
  FakeWire wire;
  FakePresence presence;
  Exchange exchange{settings, wire, presence, clock, random};

  ConnectionId connect() {
    const ConnectionId connection(++connections_);
    wire[connection] = {};
    const bool room = exchange.connected(connection);
    MONARCH_ASSERT(room);
    return connection;
  }
  void say(ConnectionId connection, std::string_view bytes) {
    // In memory of its own, so that a view that outlives it is found.
    const std::string segment(bytes);
    exchange.received(connection, segment);
  }
  // What it has been told since the last time.
  std::string hear(ConnectionId connection) { return std::exchange(wire[connection].heard, {}); }
  std::string exchange_of(ConnectionId connection, std::string_view bytes) {
    say(connection, bytes);
    return hear(connection);
  }
  bool open(ConnectionId connection) { return wire[connection].open; }
  void drop(ConnectionId connection) {
    wire[connection].open = false;
    exchange.disconnected(connection);
  }
  std::string ticket(const std::string& name) { return exchange.reserve(user(name)).value(); }

  // Somebody begins a conversation.
  ConnectionId begin(const std::string& name) {
    const auto connection = connect();
    say(connection, "USR 1 " + name + "@example.com " + ticket(name) + "\r\n");
    hear(connection);
    MONARCH_ASSERT(open(connection));
    return connection;
  }
  // He calls; presence has not answered yet.
  FakePresence::Asked call(ConnectionId caller, const std::string& name) {
    say(caller, "CAL 2 " + name + "@example.com\r\n");
    return presence.take();
  }
  void reachable(RequestId id, const Identity& callee) {
    exchange.invited(id, {.result = Invited::Result::kReachable,
                          .account = callee.account,
                          .session = callee.session,
                          .dialect = callee.dialect,
                          .name = callee.name});
  }
  void unavailable(RequestId id) {
    exchange.invited(id, {.result = Invited::Result::kNotAvailable});
  }
  FakePresence::Asked ring(ConnectionId caller, const std::string& name) {
    auto asked = call(caller, name);
    reachable(asked.id, user(name));
    return asked;
  }
  static std::string answer_line(const FakePresence::Asked& asked) {
    return "ANS 1 " + asked.invite.callee.value() + " " + asked.invite.ticket + " " +
           std::to_string(asked.invite.conversation.value()) + "\r\n";
  }
  // Somebody is called and comes; what was said meanwhile is forgotten.
  ConnectionId join(ConnectionId caller, const std::string& name) {
    const auto asked = ring(caller, name);
    const auto connection = connect();
    say(connection, answer_line(asked));
    MONARCH_ASSERT(open(connection));
    for (std::uint64_t i = 1; i <= connections_; ++i) hear(ConnectionId(i));
    return connection;
  }

  // The clock goes on, and the exchange is woken whenever it wants to be.
  void pass(Duration by) {
    const TimePoint until = clock.now() + by;
    while (exchange.deadline() && *exchange.deadline() <= until) {
      if (*exchange.deadline() > clock.now()) clock.advance(*exchange.deadline() - clock.now());
      exchange.advance();
    }
    clock.advance(until - clock.now());
    exchange.advance();
  }

 private:
  std::uint64_t connections_ = 0;
};

}  // namespace monarch::switchboard
