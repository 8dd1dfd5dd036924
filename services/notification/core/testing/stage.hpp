// Stage: one Session with everything around it held in hand, for unit tests: what it is told is a
// call, what it says is the call's result. Not for production.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/clock.hpp"
#include "base/random.hpp"
#include "notification/core/session.hpp"
#include "notification/core/testing/toy_md5.hpp"

namespace monarch::notification::testing {

inline model::Version version(std::uint64_t counter, std::uint64_t generation = 1) {
  return {.generation = generation, .counter = counter};
}

// A contact as presence tells him: account 2 is "bob@example.com", named "Bob".
inline model::ContactState contact(std::uint64_t account, std::string_view local,
                                   model::Status status, std::uint64_t counter) {
  model::ContactState state;
  state.account = AccountId(account);
  state.handle = Handle::trusted(std::string(local) + "@example.com");
  state.version = version(counter);
  state.status = status;
  if (status != model::Status::kOffline) {
    state.name = std::string(local);
    state.name.front() = static_cast<char>(state.name.front() - 'a' + 'A');
  }
  return state;
}

inline model::RosterEvent event(std::uint32_t serial, model::RosterEvent::Kind kind,
                                std::string_view other = "bob@example.com",
                                std::string_view value = {}) {
  model::RosterEvent event;
  event.serial = Serial(serial);
  event.kind = kind;
  event.other = Handle::trusted(std::string(other));
  event.value = value;
  return event;
}

class OpenDoor final : public Doorkeeper {
 public:
  Admission admit(const Handle&) override { return admission; }
  bool draining() const override { return drains; }
  Admission admission;
  bool drains = false;
};

class Stage {
 public:
  explicit Stage(Settings given = {}) : settings(std::move(given)) {
    settings.node = NodeId("notification-1");
    settings.advertised = "10.0.0.5:1863";
    session.emplace(around, "192.0.2.7");
  }

  // ---- the client ----
  std::string says(std::string_view bytes) {
    return run([&](Effects& effects) { session->receive(bytes, effects); });
  }
  // One line, without its line end.
  std::string line(std::string_view text) { return says(std::string(text) + "\r\n"); }

  // ---- presence and auth ----
  std::string verified(Verified answer) {
    verify.reset();
    return run([&](Effects& effects) { session->verified(answer, effects); });
  }
  std::string reserved(const Reserved& answer) {
    reserve.reset();
    return run([&](Effects& effects) { session->reserved(answer, effects); });
  }
  std::string mailed(Delivery outcome) {
    mail.reset();
    return run([&](Effects& effects) { session->mailed(outcome, effects); });
  }
  std::string paged(Delivery outcome) {
    page.reset();
    return run([&](Effects& effects) { session->paged(outcome, effects); });
  }
  std::string replies(model::Reply reply) {
    const auto asked = std::exchange(ask, std::nullopt);
    return run([&](Effects& effects) { session->answer(*asked, std::move(reply), effects); });
  }
  std::string finishes(const model::Reply& reply) {
    const auto asked = std::exchange(chore, std::nullopt);
    return run([&](Effects& effects) { session->finish(*asked, reply, effects); });
  }
  std::string hint(const model::RosterEvent& event) {
    return run([&](Effects& effects) { fate = session->roster(event, effects); });
  }
  // What the node writes for a hint about a contact.
  std::string hint(const model::ContactState& state) {
    fate = session->present(state);
    std::string text;
    if (fate != Fate::kShown) return text;
    msnp::Encoder encoder(text);
    append_presence(encoder, state);
    return text;
  }
  std::string passes(Duration time) {
    clock.advance(time);
    return run([&](Effects& effects) { session->advance(effects); });
  }
  template <class Call>
  std::string run(Call call) {
    Effects effects;
    call(effects);
    if (effects.ask) ask = std::move(effects.ask);
    if (effects.chore) chore = std::move(effects.chore);
    if (effects.verify) verify = std::move(effects.verify);
    if (effects.reserve) reserve = std::move(effects.reserve);
    if (effects.mail) mail = std::move(effects.mail);
    if (effects.page) page = std::move(effects.page);
    if (effects.close) closed = effects.close;
    compare = compare || effects.compare;
    return std::move(effects.send);
  }

  // ---- short cuts ----
  // Signs in alice@example.com, account 1, with token 7.
  void sign_in(std::string_view dialect = "MSNP5", bool address_verified = true) {
    says("VER 1 " + std::string(dialect) + " CVR0\r\nINF 2\r\nUSR 3 MD5 I alice@example.com\r\n");
    line("USR 4 MD5 S 0123456789abcdef0123456789abcdef");
    verified({Verified::Result::kOk, AccountId(1), address_verified});
    replies(model::Opened{version(7), "Alice"});
  }
  // SYN with a current cache: the session shows serial lines from here on.
  void synchronise(std::uint32_t serial) {
    line("SYN 5 " + std::to_string(serial));
    model::Roster roster;
    roster.serial = Serial(serial);
    roster.current = true;
    replies(roster);
  }
  // The first CHG, with what it finds.
  std::string go_online(std::vector<model::ContactState> contacts = {}) {
    line("CHG 6 NLN");
    return replies(model::StatusChanged{std::move(contacts)});
  }
  template <class T>
  const T* asked() const {
    return ask ? std::get_if<T>(&*ask) : nullptr;
  }
  template <class T>
  const T* chores() const {
    return chore ? std::get_if<T>(&*chore) : nullptr;
  }

  ManualClock clock;
  SeededRandom random{1};
  Settings settings;
  Counters counters;
  OpenDoor door;
  Surroundings around{settings, clock, random, counters, door, {.implicit_msnp2 = true, .urls = {}},
                      &toy_md5, {},    {}};
  std::optional<Session> session;

  // What the session asked and was not yet answered, and what became of it.
  std::optional<Verify> verify;
  std::optional<Reservation> reserve;
  std::optional<Mail> mail;
  std::optional<Page> page;
  std::optional<model::Request> ask;
  std::optional<model::Request> chore;
  std::optional<CloseReason> closed;
  bool compare = false;
  Fate fate = Fate::kForeign;
};

}  // namespace monarch::notification::testing
