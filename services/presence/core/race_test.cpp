// Four accounts change and look at the same time, through two instances that know nothing of each
// other, with every effect and every answer in any order. After quiet, what each client has been
// shown equals the truth, though nothing but versions and serials orders what reached it.
#include <cstdlib>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "presence/core/privacy.hpp"
#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::ContactState;
using model::List;
using model::Status;
using testing::World;

constexpr std::uint64_t kAccounts = 4;

struct Client {
  World::Session session;
  bool busy = false;
  std::set<std::uint64_t> forward;
  // The newest of each subject, also of those who are not contacts yet (ARCHITECTURE.md#rule-6:
  // they are held while an ADD FL is in flight).
  std::map<std::uint64_t, ContactState> shown;
  std::set<std::uint32_t> serials;
};

class Race {
 public:
  explicit Race(std::uint64_t seed)
      : random_(seed),
        steps_(random_),
        store_(steps_),
        index_(steps_),
        bus_(steps_),
        directory_(steps_, store_),
        instances_{{store_, index_, bus_, directory_, {}}, {store_, index_, bus_, directory_, {}}} {
    bus_.deliver = [this](const model::NodeHints& hints) { deliver(hints); };
    std::vector<NewPrincipal> principals;
    for (std::uint64_t n = 1; n <= kAccounts; ++n) {
      principals.push_back({AccountId(n), World::handle(n), "Name"});
    }
    MONARCH_ASSERT(*steps_.await(instances_[0].ensure_principals(principals)));
    for (std::uint64_t n = 1; n <= kAccounts; ++n) {
      auto reply = steps_.await(instances_[0].handle(World::open_request(n, 100 * n)));
      clients_[n].session.ref = {AccountId(n), SessionId(100 * n),
                                 std::get<model::Opened>(reply).token};
      clients_[n].serials.insert(1);
    }
  }

  void run(int operations) {
    for (int i = 0; i < operations; ++i) {
      const std::uint64_t n = 1 + random_.below(kAccounts);
      if (!clients_[n].busy) begin(n);
      for (std::uint64_t steps = random_.below(6); steps > 0; --steps) steps_.run_one();
    }
    steps_.run_all();
  }

  void check() {
    for (auto& [n, client] : clients_) {
      ASSERT_FALSE(client.busy);
      const auto roster = store_.peek(AccountId(n));
      const auto serial = roster->principal.serial.value();
      ASSERT_EQ(client.serials.size(), serial) << "client " << n << " has missed a serial";
      ASSERT_EQ(*client.serials.rbegin(), serial);
      if (!index_.peek(AccountId(n)).status) continue;
      for (const auto& entry : roster->entries) {
        ASSERT_EQ(entry.forward, client.forward.count(entry.other.value()) != 0);
        if (!entry.forward) continue;
        const auto record = index_.peek(entry.other);
        const bool may_see =
            owner_sees_other(entry, record.profile.allow, PresenceWithoutAllow::kFollowBlp);
        const auto truth = state_of(record, entry.handle, may_see);
        const auto& shown = client.shown[entry.other.value()];
        ASSERT_EQ(shown.status, truth.status) << n << " looks at " << entry.other.value();
        ASSERT_EQ(shown.name, truth.name) << n << " looks at " << entry.other.value();
      }
    }
  }

 private:
  Presence& any() { return instances_[random_.below(2)]; }

  void begin(std::uint64_t n) {
    auto& client = clients_[n];
    const std::uint64_t m = 1 + (n + random_.below(kAccounts - 1)) % kAccounts;
    const auto list = static_cast<List>(random_.below(3));
    model::Request request;
    switch (random_.below(8)) {
      case 0:
      case 1:
      case 2:
        request = World::add_request(client.session, list, m);
        break;
      case 3:
        request = World::remove_request(client.session, list, m);
        break;
      case 4:
        request = model::SetDefaultPrivacy{World::attempt(client.session), random_.below(2) == 0};
        break;
      case 5:
        request = model::Rename{World::attempt(client.session), World::handle(n).value(),
                                "x" + std::to_string(random_.below(9))};
        break;
      default:
        // The first one is asked as the first, and every other again: its answer is a snapshot.
        request = model::ChangeStatus{client.session.ref, static_cast<Status>(1 + random_.below(8)),
                                      true};
    }
    client.busy = true;
    scope_.spawn(play(n, m, std::move(request)));
  }

  Task<void> play(std::uint64_t n, std::uint64_t m, model::Request request) {
    auto asking = any().handle(request);
    const auto reply = co_await asking;
    auto& client = clients_[n];
    client.busy = false;
    if (const auto* status = std::get_if<model::StatusChanged>(&reply)) {
      for (const auto& state : status->contacts) show_answer(client, state);
    } else if (const auto* changed = std::get_if<model::Changed>(&reply)) {
      client.serials.insert(changed->serial.value());
      if (changed->added) {
        client.forward.insert(m);
        show_answer(client, changed->added->state);
      }
      if (!changed->removed.empty()) client.forward.erase(m);
    } else if (!std::holds_alternative<model::Refused>(reply)) {
      ADD_FAILURE() << "an operation failed though every port works";
    }
  }

  static void show(Client& client, const ContactState& state) {
    auto& shown = client.shown[state.account.value()];
    if (state.version > shown.version) shown = state;
  }
  // An answer wins over a hint of the same version: a block of somebody who does not watch raises
  // none, and a hint from before he was removed from FL may still be about.
  static void show_answer(Client& client, const ContactState& state) {
    auto& shown = client.shown[state.account.value()];
    if (state.version >= shown.version) shown = state;
  }

  void deliver(const model::NodeHints& hints) {
    for (const auto& hint : hints.hints) {
      if (const auto* roster = std::get_if<model::RosterHint>(&hint)) {
        client_of(roster->recipient).serials.insert(roster->event.serial.value());
      } else if (const auto* presence = std::get_if<model::PresenceHint>(&hint)) {
        for (const auto recipient : presence->recipients) {
          show(client_of(recipient), presence->subject);
        }
      }
    }
  }
  Client& client_of(SessionId session) { return clients_.at(session.value() / 100); }

  SeededRandom random_;
  testing::Steps steps_;
  testing::InMemoryRosterStore store_;
  testing::InMemoryIndex index_;
  testing::InMemoryBus bus_;
  testing::InMemoryDirectory directory_;
  Presence instances_[2];
  std::map<std::uint64_t, Client> clients_;
  TaskScope scope_;
};

TEST(Race, AfterQuietEveryViewEqualsTheTruth) {
  std::uint64_t seed = 20030415;
  if (const char* given = std::getenv("MONARCH_SEED")) seed = std::strtoull(given, nullptr, 10);
  for (int i = 0; i < 400; ++i, ++seed) {
    SCOPED_TRACE("MONARCH_SEED=" + std::to_string(seed));
    Race race(seed);
    // Short bursts: what a race gets wrong must not be put right by what comes after.
    for (int burst = 0; burst < 40 && !::testing::Test::HasFailure(); ++burst) {
      race.run(6);
      race.check();
    }
    if (::testing::Test::HasFailure()) return;
  }
}

}  // namespace
}  // namespace monarch::presence
