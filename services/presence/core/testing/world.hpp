// A presence instance over in-memory ports, with the questions that tests ask of it. One thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "presence/core/presence.hpp"
#include "presence/core/testing/in_memory_bus.hpp"
#include "presence/core/testing/in_memory_index.hpp"
#include "presence/core/testing/in_memory_roster_store.hpp"

namespace monarch::presence::testing {

struct World {
  explicit World(const Settings& settings_ = {})
      : settings(settings_), presence(store, index, bus, settings) {}

  Settings settings;
  Steps steps;
  InMemoryRosterStore store{steps};
  InMemoryIndex index{steps};
  InMemoryBus bus{steps};
  Presence presence;

  model::Reply ask(model::Request request) {
    auto reply = steps.await(presence.handle(std::move(request)));
    steps.run_all();
    return reply;
  }

  // Account n is "n@example.com", named "Name-n"; its session is 100 n on node "n1" unless said
  // otherwise.
  static AccountId account(std::uint64_t n) { return AccountId(n); }
  static Handle handle(std::uint64_t n) {
    return Handle::trusted("u" + std::to_string(n) + "@example.com");
  }
  void create(std::uint64_t n) {
    std::vector<NewPrincipal> principals{{account(n), handle(n), "Name-" + std::to_string(n)}};
    auto created = steps.await(presence.ensure_principals(principals));
    MONARCH_ASSERT(created.ok() && *created);
  }

  struct Session {
    model::SessionRef ref;
    std::uint64_t sequence = 0;
  };
  static model::OpenSession open_request(std::uint64_t n, std::uint64_t session,
                                         const char* node = "n1") {
    model::OpenSession open;
    open.account = account(n);
    open.session = SessionId(session);
    open.node = NodeId(node);
    open.dialect = 5;
    return open;
  }
  Session open(std::uint64_t n, std::uint64_t session, const char* node = "n1") {
    const auto reply = ask(open_request(n, session, node));
    const auto* opened = std::get_if<model::Opened>(&reply);
    MONARCH_ASSERT(opened != nullptr);
    return {{account(n), SessionId(session), opened->token}, 0};
  }
  Session open(std::uint64_t n) { return open(n, 100 * n); }

  std::vector<model::ContactState> status(const Session& session, model::Status status,
                                          bool first = false) {
    const auto reply = ask(model::ChangeStatus{session.ref, status, first});
    const auto* changed = std::get_if<model::StatusChanged>(&reply);
    MONARCH_ASSERT(changed != nullptr);
    return changed->contacts;
  }
  // Signed in and online.
  Session online(std::uint64_t n) {
    auto session = open(n);
    status(session, model::Status::kOnline, true);
    return session;
  }

  static model::Attempt attempt(Session& session, Serial shown = Serial(0)) {
    return {session.ref, ++session.sequence, shown};
  }
  // Of an administrator: model::Attempt.
  static model::Attempt from_outside(std::uint64_t n, std::uint64_t sequence = 0) {
    return {{account(n), SessionId(), {}}, sequence, Serial()};
  }
  static model::AddContact add_request(Session& session, model::List list, std::uint64_t n) {
    model::AddContact add;
    add.attempt = attempt(session);
    add.list = list;
    add.handle = handle(n).value();
    add.name = add.handle;
    return add;
  }
  static model::RemoveContact remove_request(Session& session, model::List list, std::uint64_t n) {
    model::RemoveContact remove;
    remove.attempt = attempt(session);
    remove.list = list;
    remove.handle = handle(n).value();
    return remove;
  }
  model::Changed changed(model::Request request) {
    auto reply = ask(std::move(request));
    auto* changed = std::get_if<model::Changed>(&reply);
    MONARCH_ASSERT(changed != nullptr);
    return std::move(*changed);
  }
  model::Changed add(Session& session, model::List list, std::uint64_t n) {
    return changed(add_request(session, list, n));
  }
  model::Changed remove(Session& session, model::List list, std::uint64_t n) {
    return changed(remove_request(session, list, n));
  }

  // All hints published since the last call, of one kind.
  template <class Kind>
  std::vector<Kind> take_hints() {
    std::vector<Kind> hints;
    for (const auto& node : bus.published) {
      for (const auto& hint : node.hints) {
        if (const auto* one = std::get_if<Kind>(&hint)) hints.push_back(*one);
      }
    }
    bus.published.clear();
    return hints;
  }
};

}  // namespace monarch::presence::testing
