// House: a Node with all its doors open to the test: what it sends lies in lists, what comes back
// is a call. Presence and auth answer only what the test lets them. Not for production.
#pragma once

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "notification/core/node.hpp"
#include "notification/core/testing/toy_md5.hpp"

namespace monarch::notification::testing {

class FakeWire final : public Wire {
 public:
  void send(ConnectionId connection, std::string bytes) override { sent[connection] += bytes; }
  void send(ConnectionId connection, const SharedBytes& bytes) override {
    sent[connection] += *bytes;
    shared.push_back(bytes);
  }
  void pause(ConnectionId connection) override {
    const bool news = paused.insert(connection).second;
    MONARCH_ASSERT(news);
  }
  void resume(ConnectionId connection) override {
    const bool was = paused.erase(connection) == 1;
    MONARCH_ASSERT(was);
  }
  void close(ConnectionId connection) override { closed.insert(connection); }

  std::map<ConnectionId, std::string> sent;
  std::vector<SharedBytes> shared;
  std::set<ConnectionId> closed;
  std::set<ConnectionId> paused;
};

class FakeLinks final : public Links {
 public:
  struct Sent {
    NodeId instance;
    RequestId id;
    model::Request request;
  };
  void send(const NodeId& instance, RequestId id, const model::Request& request) override {
    sent.push_back({instance, id, request});
  }
  std::deque<Sent> sent;
};

class FakeAuth final : public AuthDoor {
 public:
  void verify(RequestId id, const Verify& question) override { asked.emplace_back(id, question); }
  std::deque<std::pair<RequestId, Verify>> asked;
};

class FakeSwitchboards final : public SwitchboardDoor {
 public:
  void reserve(RequestId id, const Reservation& reservation) override {
    asked.emplace_back(id, reservation);
  }
  std::deque<std::pair<RequestId, Reservation>> asked;
};

class FakeDoors final : public Mailer, public Pager {
 public:
  void mail(RequestId id, const Mail& mail, Duration within) override {
    mails.push_back({id, mail, within});
  }
  void page(RequestId id, const Page& page, Duration within) override {
    pages.push_back({id, page, within});
  }
  template <class T>
  struct Asked {
    RequestId id;
    T what;
    Duration within;
  };
  std::deque<Asked<Mail>> mails;
  std::deque<Asked<Page>> pages;
};

class House {
 public:
  explicit House(Settings given = {}) : settings(std::move(given)) {
    settings.node = NodeId("notification-1");
    settings.advertised = "10.0.0.5:1863";
    node.emplace(settings, wire, links, auth, switchboards, Doors{doors, doors}, &toy_md5, clock,
                 random);
    node->link_up(NodeId("presence-1"));
    node->advance();
    answer_upkeep();
  }

  // ---- clients, numbered by the test ----
  void connect(std::uint64_t number) {
    MONARCH_ASSERT(node->connected(ConnectionId(number), "192.0.2.7"));
  }
  void says(std::uint64_t number, std::string_view line) {
    node->received(ConnectionId(number), std::string(line) + "\r\n");
  }
  // What the client has read since the last time.
  std::string reads(std::uint64_t number) {
    return std::exchange(wire.sent[ConnectionId(number)], {});
  }
  bool closed(std::uint64_t number) const { return wire.closed.contains(ConnectionId(number)); }
  SessionId session_of(std::uint64_t number) const {
    return node->session(ConnectionId(number))->ref().session;
  }

  // ---- presence and auth ----
  // How many requests of a kind are not answered, and how often they were sent.
  template <class T>
  std::size_t count() const {
    std::set<RequestId> ids;
    for (const auto& sent : links.sent) {
      if (std::holds_alternative<T>(sent.request)) ids.insert(sent.id);
    }
    return ids.size();
  }
  template <class T>
  std::size_t tries() const {
    return static_cast<std::size_t>(
        std::count_if(links.sent.begin(), links.sent.end(),
                      [](const auto& sent) { return std::holds_alternative<T>(sent.request); }));
  }
  // The oldest unanswered request of a kind.
  template <class T>
  FakeLinks::Sent take() {
    const auto place = std::find_if(links.sent.begin(), links.sent.end(), [](const auto& sent) {
      return std::holds_alternative<T>(sent.request);
    });
    MONARCH_ASSERT(place != links.sent.end());
    auto sent = std::move(*place);
    links.sent.erase(place);
    return sent;
  }
  template <class T>
  T answer(model::Reply reply) {
    auto sent = take<T>();
    // Its repetitions are answered with it.
    links.sent.erase(std::remove_if(links.sent.begin(), links.sent.end(),
                                    [&](const auto& other) { return other.id == sent.id; }),
                     links.sent.end());
    node->replied(sent.id, std::move(reply));
    return std::get<T>(sent.request);
  }
  // Slow truth finds everything as it should be.
  void answer_upkeep() {
    while (count<model::Compare>() > 0) answer<model::Compare>(model::Compared{});
    while (count<model::ListNodeSessions>() > 0) {
      answer<model::ListNodeSessions>(model::NodeSessions{});
    }
  }

  // ---- short cuts ----
  // Everything up to the question to presence, for account and client of the same number.
  void knock(std::uint64_t number, std::uint64_t account) {
    connect(number);
    says(number, "VER 1 MSNP5");
    says(number, "USR 3 MD5 I user" + std::to_string(account) + "@example.com");
    says(number, "USR 4 MD5 S 0123456789abcdef0123456789abcdef");
    if (auth.asked.empty()) return;
    const auto id = auth.asked.front().first;
    auth.asked.pop_front();
    node->verified(id, {Verified::Result::kOk, AccountId(account), true});
  }
  void sign_in(std::uint64_t number, std::uint64_t account) {
    knock(number, account);
    answer<model::OpenSession>(model::Opened{{1, ++tokens}, "User"});
    reads(number);
  }
  void synchronise(std::uint64_t number, std::uint32_t serial) {
    says(number, "SYN 5 " + std::to_string(serial));
    model::Roster roster;
    roster.serial = Serial(serial);
    roster.current = true;
    answer<model::Synchronize>(roster);
    reads(number);
  }
  void go_online(std::uint64_t number, std::vector<model::ContactState> contacts = {}) {
    says(number, "CHG 6 NLN");
    answer<model::ChangeStatus>(model::StatusChanged{std::move(contacts)});
    reads(number);
  }
  void hint(model::Hint hint) { node->hinted({settings.node, {std::move(hint)}}); }

  // Time passes, from deadline to deadline as the host would have it.
  void passes(Duration time) {
    const auto until = clock.now() + time;
    for (;;) {
      const auto due = node->deadline();
      MONARCH_ASSERT(due.has_value());
      if (*due > until) break;
      if (*due > clock.now()) clock.advance(*due - clock.now());
      node->advance();
      // A deadline that stays in the past would be a busy loop.
      MONARCH_ASSERT(*node->deadline() > clock.now());
    }
    clock.advance(until - clock.now());
    node->advance();
  }
  [[nodiscard]] std::uint64_t repairs(Repair kind) const {
    return node->counters().repairs[static_cast<std::size_t>(kind)];
  }

  ManualClock clock;
  SeededRandom random{1};
  Settings settings;
  FakeWire wire;
  FakeLinks links;
  FakeAuth auth;
  FakeSwitchboards switchboards;
  FakeDoors doors;
  std::optional<Node> node;
  std::uint64_t tokens = 0;
};

}  // namespace monarch::notification::testing
