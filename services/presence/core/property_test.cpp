// Random list operations of four accounts, judged by a plain model of
// docs/protocol/presence-and-privacy.md: lists, serials, journals, mirrored rows, and what each
// signed-in client is shown of the others. Once with ports that work, once with ports that fail and
// sessions that repeat what they asked.
#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <set>

#include "presence/core/testing/world.hpp"

namespace monarch::presence {
namespace {

using model::List;
using model::Property;
using model::RosterEvent;
using model::Status;
using testing::Fate;
using testing::World;

constexpr std::uint64_t kAccounts = 4;

// The truth as the document tells it, by account number.
struct Person {
  std::map<std::uint64_t, std::set<int>> forward;  // with groups
  std::map<int, std::string> groups{{0, "~"}};
  std::set<std::uint64_t> allow;
  std::set<std::uint64_t> block;
  bool ask = true;
  bool default_allow = true;
  bool mobile_device = false;
  std::map<Property, std::string> numbers;  // those that are set
  std::string name;
  std::uint32_t serial = 1;
  Status status = Status::kOffline;
};

struct Model {
  std::map<std::uint64_t, Person> people;

  // Section 3: may `viewer` see `owner`, if both are there?
  [[nodiscard]] bool sees(std::uint64_t viewer, std::uint64_t owner) const {
    const Person& a = people.at(owner);
    if (a.block.count(viewer) != 0) return false;
    return a.allow.count(viewer) != 0 || a.default_allow;
  }
  [[nodiscard]] Status visible(std::uint64_t viewer, std::uint64_t owner) const {
    const Status status = people.at(owner).status;
    return sees(viewer, owner) && model::is_shown(status) ? status : Status::kOffline;
  }

  // Sections 2 and 4. 0 when the operation succeeds, else the error.
  int apply(std::uint64_t n, const model::AddContact& add, std::uint64_t m) {
    Person& a = people[n];
    if (m > kAccounts) return 205;
    const bool grouping = add.list == List::kForward && add.group;
    if (grouping && a.groups.count(*add.group) == 0) return 224;
    const bool there = add.list == List::kForward ? a.forward.count(m) != 0
                       : add.list == List::kAllow ? a.allow.count(m) != 0
                                                  : a.block.count(m) != 0;
    if (there && grouping && a.forward[m].insert(*add.group).second) {
      ++a.serial;
      return 0;
    }
    if (there) return 215;
    if (add.list == List::kAllow && a.block.count(m) != 0) return 219;
    if (add.list == List::kBlock && a.allow.count(m) != 0) return 219;
    if (m == n) return 201;
    Person& b = people[m];
    ++a.serial;
    if (add.list == List::kForward) {
      a.forward[m] = {grouping ? *add.group : 0};
      ++b.serial;
    } else if (add.list == List::kAllow) {
      a.allow.insert(m);
      if (b.forward.count(n) != 0) b.serial += static_cast<std::uint32_t>(a.numbers.size());
    } else {
      a.block.insert(m);
    }
    return 0;
  }
  int apply(std::uint64_t n, const model::RemoveContact& remove, std::uint64_t m) {
    Person& a = people[n];
    if (m > kAccounts) return 216;
    const bool there = remove.list == List::kForward ? a.forward.count(m) != 0
                       : remove.list == List::kAllow ? a.allow.count(m) != 0
                                                     : a.block.count(m) != 0;
    if (!there) return 216;
    const bool grouping = remove.list == List::kForward && remove.group;
    if (grouping && a.groups.count(*remove.group) == 0) return 224;
    if (grouping && a.forward[m].erase(*remove.group) == 0) return 225;
    Person& b = people[m];
    ++a.serial;
    if (grouping && !a.forward[m].empty()) return 0;
    if (remove.list == List::kForward) {
      a.forward.erase(m);
      ++b.serial;
    } else if (remove.list == List::kAllow) {
      a.allow.erase(m);
      if (b.forward.count(n) != 0 && !a.numbers.empty()) ++b.serial;
    } else {
      a.block.erase(m);
    }
    return 0;
  }
  int apply(std::uint64_t n, const model::AddGroup& add, std::uint64_t /*m*/) {
    Person& a = people[n];
    if (a.groups.size() >= 30) return 223;
    if (add.name.size() > 61) return 229;
    int id = 1;
    while (a.groups.count(id) != 0) ++id;
    a.groups[id] = add.name;
    ++a.serial;
    return 0;
  }
  int apply(std::uint64_t n, const model::RenameGroup& rename, std::uint64_t /*m*/) {
    Person& a = people[n];
    if (rename.name.size() > 61) return 229;
    if (a.groups.count(rename.group) == 0) return 224;
    a.groups[rename.group] = rename.name;
    ++a.serial;
    return 0;
  }
  int apply(std::uint64_t n, const model::RemoveGroup& remove, std::uint64_t /*m*/) {
    Person& a = people[n];
    if (remove.group == 0) return 230;
    if (a.groups.erase(remove.group) == 0) return 224;
    ++a.serial;
    for (auto contact = a.forward.begin(); contact != a.forward.end();) {
      if (contact->second.erase(remove.group) != 0 && contact->second.empty()) {
        ++people[contact->first].serial;
        contact = a.forward.erase(contact);
      } else {
        ++contact;
      }
    }
    return 0;
  }
  int apply(std::uint64_t n, const model::Rename& rename, std::uint64_t m) {
    Person& a = people[n];
    if (m == n) {
      ++a.serial;
      a.name = rename.name;
      return 0;
    }
    if (a.forward.count(m) + a.allow.count(m) + a.block.count(m) == 0) return 216;
    ++a.serial;
    return 0;
  }
  int apply(std::uint64_t n, const model::SetProperty& set, std::uint64_t /*m*/) {
    Person& a = people[n];
    if (set.property == Property::kMobileDevice) {
      ++a.serial;
      a.mobile_device = set.value == "Y";
      return 0;
    }
    if (set.property == Property::kMobile && !a.mobile_device) return 0;
    ++a.serial;
    const auto before = a.numbers;
    if (set.value.empty() || set.value == "N") {
      a.numbers.erase(set.property);
    } else {
      a.numbers[set.property] = set.value;
    }
    if (a.numbers == before) return 0;
    for (const auto m : a.allow) {
      if (people[m].forward.count(n) != 0) ++people[m].serial;
    }
    return 0;
  }
  int apply(std::uint64_t n, const model::SetPrompting& set, std::uint64_t /*m*/) {
    if (people[n].ask == set.ask) return 218;
    people[n].ask = set.ask;
    ++people[n].serial;
    return 0;
  }
  int apply(std::uint64_t n, const model::SetDefaultPrivacy& set, std::uint64_t /*m*/) {
    if (people[n].default_allow == set.allow) return 218;
    people[n].default_allow = set.allow;
    ++people[n].serial;
    return 0;
  }
};

// What a notification node remembers of one session (ARCHITECTURE.md#rule-1, #rule-2).
struct Client {
  World::Session session;
  Serial serial{1};
  struct Shown {
    model::Version version;
    Status status = Status::kOffline;
    std::string name;
  };
  std::map<std::uint64_t, Shown> shown;  // its FL
  std::map<std::uint64_t, model::Numbers> numbers;
};

class Play {
 public:
  Play(std::uint64_t seed, unsigned failing) : random_(seed), failing_(failing) {
    world_.bus.deliver = [this](const model::NodeHints& hints) { deliver(hints); };
    for (std::uint64_t n = 1; n <= kAccounts; ++n) {
      world_.create(n);
      model_.people[n].name = "Name-" + std::to_string(n);
      auto& client = clients_[n];
      client.session = world_.open(n);
      model_.people[n].status = Status::kOnline;
      world_.status(client.session, Status::kOnline, true);
    }
    if (failing_ != 0) {
      const auto fate = [this](const char*) {
        if (random_.below(100) >= failing_) return Fate::kDone;
        return random_.below(2) == 0 ? Fate::kFailed : Fate::kLost;
      };
      world_.store.fates = world_.index.fates = world_.bus.fates = fate;
    }
  }

  void step() {
    const std::uint64_t n = 1 + random_.below(kAccounts);
    // One of five is nobody.
    const std::uint64_t m = 1 + random_.below(kAccounts + 1);
    const std::string name = "x" + std::to_string(random_.below(3));
    const auto list = static_cast<List>(random_.below(3));
    switch (random_.below(10)) {
      case 0:
      case 1:
      case 2: {
        auto add = World::add_request(clients_[n].session, list, m);
        if (random_.below(2) == 0) add.group = static_cast<model::GroupId>(random_.below(4));
        return play(n, add, m);
      }
      case 3:
      case 4: {
        auto remove = World::remove_request(clients_[n].session, list, m);
        if (random_.below(2) == 0) remove.group = static_cast<model::GroupId>(random_.below(4));
        return play(n, remove, m);
      }
      case 5:
        return play(n, model::Rename{next_attempt(n), World::handle(m).value(), name}, m);
      case 6: {
        const auto property = static_cast<Property>(random_.below(5));
        const bool yes = random_.below(2) == 0;
        const bool word = property == Property::kMobile || property == Property::kMobileDevice;
        return play(n,
                    model::SetProperty{next_attempt(n), property,
                                       word ? (yes ? "Y" : "N") : (yes ? name : "")},
                    m);
      }
      case 7:
        if (random_.below(2) == 0) {
          return play(n, model::SetPrompting{next_attempt(n), random_.below(2) == 0}, m);
        }
        return play(n, model::SetDefaultPrivacy{next_attempt(n), random_.below(2) == 0}, m);
      case 8:
        return change_groups(n);
      default:
        return change_status(n);
    }
  }

  void change_groups(std::uint64_t n) {
    const std::string name(random_.below(10) == 0 ? 62 : 5, 'g');
    const auto group = static_cast<model::GroupId>(random_.below(4));
    switch (random_.below(3)) {
      case 0:
        return play(n, model::AddGroup{next_attempt(n), name}, 0);
      case 1:
        return play(n, model::RenameGroup{next_attempt(n), group, name}, 0);
      default:
        return play(n, model::RemoveGroup{next_attempt(n), group}, 0);
    }
  }

  void check() {
    for (std::uint64_t n = 1; n <= kAccounts; ++n) {
      check_rows(n);
      check_client(n);
    }
  }

 private:
  model::Attempt next_attempt(std::uint64_t n) { return World::attempt(clients_[n].session); }

  // Asks until presence answers, as a node does, and judges the answer.
  model::Reply ask(const model::Request& request) {
    for (int tries = 0; tries < 200; ++tries) {
      auto reply = world_.ask(request);
      if (!std::holds_alternative<model::Failed>(reply)) return reply;
    }
    ADD_FAILURE() << "presence never answered";
    return model::Failed{};
  }

  template <class Change>
  void play(std::uint64_t n, Change change, std::uint64_t m) {
    change.attempt.shown = clients_[n].serial;
    const auto reply = ask(change);
    const int expected = model_.apply(n, change, m);
    if (const auto* refused = std::get_if<model::Refused>(&reply)) {
      ASSERT_EQ(refused->code, expected);
      return;
    }
    ASSERT_EQ(expected, 0);
    const auto* changed = std::get_if<model::Changed>(&reply);
    ASSERT_NE(changed, nullptr);
    auto& client = clients_[n];
    for (const auto& event : changed->missed) show(client, event);
    ASSERT_TRUE(changed->serial == next(client.serial) || changed->serial == client.serial);
    client.serial = changed->serial;
    if (changed->added) {
      const auto& state = changed->added->state;
      client.shown[m] = {state.version, state.status, state.name};
      client.numbers[m] = changed->added->numbers;
    }
    std::vector<AccountId> left;
    for (const auto& [contact, state] : client.shown) {
      if (model_.people[n].forward.count(contact) == 0) left.emplace_back(contact);
    }
    ASSERT_EQ(changed->removed, left);
    for (const auto account : left) client.shown.erase(account.value());
    if constexpr (std::is_same_v<Change, model::AddGroup>) {
      ASSERT_TRUE(changed->group.has_value());
      ASSERT_EQ(model_.people[n].groups.count(*changed->group), 1U);
    }
  }

  void change_status(std::uint64_t n) {
    const auto status = static_cast<Status>(1 + random_.below(8));
    const auto reply = ask(model::ChangeStatus{clients_[n].session.ref, status, false});
    ASSERT_TRUE(std::holds_alternative<model::StatusChanged>(reply));
    model_.people[n].status = status;
  }

  void show(Client& client, const RosterEvent& event) {
    if (event.serial != next(client.serial)) return;
    client.serial = event.serial;
    if (event.kind == RosterEvent::Kind::kNumber) {
      for (std::uint64_t m = 1; m <= kAccounts; ++m) {
        if (World::handle(m) == event.other) {
          model::set_value(client.numbers[m], event.property, event.value);
        }
      }
    }
  }

  Client* client_of(SessionId session) {
    for (auto& [n, client] : clients_) {
      if (client.session.ref.session == session) return &client;
    }
    return nullptr;
  }

  void deliver(const model::NodeHints& hints) {
    for (const auto& hint : hints.hints) {
      if (const auto* roster = std::get_if<model::RosterHint>(&hint)) {
        if (Client* client = client_of(roster->recipient)) show(*client, roster->event);
      } else if (const auto* presence = std::get_if<model::PresenceHint>(&hint)) {
        for (const auto recipient : presence->recipients) {
          Client* client = client_of(recipient);
          const auto& state = presence->subject;
          if (client == nullptr) continue;
          const auto shown = client->shown.find(state.account.value());
          if (shown == client->shown.end() || state.version <= shown->second.version) continue;
          shown->second = {state.version, state.status, state.name};
        }
      }
    }
  }

  void check_rows(std::uint64_t n) {
    const Person& person = model_.people[n];
    const auto roster = world_.store.peek(AccountId(n));
    ASSERT_TRUE(roster.has_value());
    const auto& principal = roster->principal;
    ASSERT_EQ(principal.serial.value(), person.serial) << "account " << n;
    ASSERT_EQ(principal.friendly_name, person.name);
    std::map<int, std::string> groups;
    for (const auto& group : principal.groups) groups[group.id] = group.name;
    ASSERT_EQ(groups, person.groups);
    ASSERT_EQ(principal.unlink_owed, 0U);
    ASSERT_EQ(principal.counts.at(0), person.forward.size());
    ASSERT_EQ(principal.counts.at(1), person.allow.size());
    ASSERT_EQ(principal.counts.at(2), person.block.size());
    for (std::uint64_t m = 1; m <= kAccounts; ++m) {
      if (m == n) continue;
      const Entry* found = find_entry(*roster, AccountId(m));
      const Entry entry = found != nullptr ? *found : Entry{};
      const Person& other = model_.people[m];
      ASSERT_EQ(entry.forward, person.forward.count(m) != 0);
      model::GroupSet in = 0;
      if (entry.forward) {
        for (const int group : person.forward.at(m)) in |= 1U << static_cast<unsigned>(group);
      }
      ASSERT_EQ(entry.groups, in);
      ASSERT_FALSE(entry.unlink_owed);
      ASSERT_EQ(entry.allow, person.allow.count(m) != 0);
      ASSERT_EQ(entry.block, person.block.count(m) != 0);
      ASSERT_FALSE(entry.allow && entry.block);
      ASSERT_EQ(entry.in_forward, other.forward.count(n) != 0);
      ASSERT_EQ(entry.in_allow, other.allow.count(n) != 0);
      ASSERT_EQ(entry.in_block, other.block.count(n) != 0);
      model::Numbers numbers;
      if (entry.forward && entry.in_allow) {
        for (const auto& [property, value] : other.numbers) {
          model::set_value(numbers, property, value);
        }
      }
      ASSERT_EQ(entry.numbers, numbers) << n << " sees of " << m;
    }
    // Every serial has its row.
    Serial serial(1);
    for (const auto& event : world_.store.journal(AccountId(n))) {
      ASSERT_EQ(event.serial, next(serial));
      serial = event.serial;
    }
    ASSERT_EQ(serial.value(), person.serial);
  }

  void check_client(std::uint64_t n) {
    const auto& client = clients_[n];
    ASSERT_EQ(client.serial.value(), model_.people[n].serial) << "session of " << n;
    ASSERT_EQ(client.shown.size(), model_.people[n].forward.size());
    for (const auto& [m, shown] : client.shown) {
      ASSERT_EQ(shown.status, model_.visible(n, m)) << n << " looks at " << m;
      if (shown.status != Status::kOffline) {
        ASSERT_EQ(shown.name, model_.people[m].name);
      }
    }
  }

  SeededRandom random_;
  unsigned failing_;
  World world_;
  Model model_;
  std::map<std::uint64_t, Client> clients_;
};

std::uint64_t seed_of_the_day() {
  if (const char* given = std::getenv("MONARCH_SEED")) return std::strtoull(given, nullptr, 10);
  return 20030415;
}

void run(unsigned failing, int plays, int steps) {
  for (int i = 0; i < plays; ++i) {
    const std::uint64_t seed = seed_of_the_day() + static_cast<std::uint64_t>(i);
    SCOPED_TRACE("MONARCH_SEED=" + std::to_string(seed));
    Play play(seed, failing);
    for (int step = 0; step < steps; ++step) {
      play.step();
      if (::testing::Test::HasFatalFailure()) return;
      play.check();
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

TEST(Property, RosterFollowsTheTables) { run(0, 20, 300); }
TEST(Property, NothingIsStoredTwiceOrLostWhenPortsFail) { run(15, 20, 300); }

}  // namespace
}  // namespace monarch::presence
