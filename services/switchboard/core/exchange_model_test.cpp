// Five people call, come, talk and leave at random, judged by a plain model: what each of them
// should have heard, to the byte. So everyone who was there got every message once, in the order
// in which its sender said it. A failure names its seed.
#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "switchboard/core/testing/stage.hpp"

namespace monarch::switchboard {
namespace {

using namespace std::chrono_literals;

struct Message {
  std::string trid;
  char type = 'N';
  std::string payload;

  [[nodiscard]] std::string bytes() const {
    return "MSG " + trid + " " + type + " " + std::to_string(payload.size()) + "\r\n" + payload;
  }
};

struct Person {
  Identity who;
  std::string name;
  ConnectionId connection;  // none: he is not here
  bool present = false;
  std::optional<FakePresence::Asked> rung;  // he may come
  // A call of his that presence has not answered, and what he has said since.
  std::optional<FakePresence::Asked> calls;
  std::vector<Message> behind_call;
  std::optional<Message> half;  // begun, the rest is to follow
  std::size_t half_said = 0;
  std::string expected;
};

// No limit of time strikes: those have tests of their own.
Settings patient() {
  Settings settings = stage_settings();
  settings.invite_timeout = 10min;
  settings.ringing_time = 10min;
  settings.messages_per_second = 0;
  return settings;
}

class FivePeople {
 public:
  explicit FivePeople(std::uint64_t seed) : choice_(seed), stage_(patient(), seed) {
    const std::array<std::string, 5> names = {"alice", "bob", "carol", "dave", "erin"};
    for (std::size_t i = 0; i < names.size(); ++i) {
      people_[i].name = names[i];
      people_[i].who = user(names[i]);
    }
  }

  void step() {
    stage_.pass(10ms);
    if (order_.empty() && !anybody_may_come()) return begin(anybody());
    Person& person = anybody();
    if (person.present) return act(person);
    if (person.rung) return answer(person);
  }

  void check() {
    for (Person& person : people_) {
      if (person.connection == ConnectionId()) continue;
      ASSERT_EQ(stage_.hear(person.connection), std::exchange(person.expected, {})) << person.name;
      ASSERT_TRUE(stage_.open(person.connection)) << person.name;
    }
  }

  std::size_t said = 0;
  std::size_t joined = 0;
  std::size_t held = 0;

 private:
  Person& anybody() { return people_[choice_.below(people_.size())]; }
  bool one_in(std::uint64_t n) { return choice_.below(n) == 0; }
  [[nodiscard]] bool anybody_may_come() const {
    return std::any_of(people_.begin(), people_.end(),
                       [](const Person& one) { return one.rung.has_value(); });
  }
  [[nodiscard]] bool is_called(const Person& person) const { return person.rung.has_value(); }

  void begin(Person& person) {
    person.connection = stage_.begin(person.name);
    person.present = true;
    order_ = {&person};
  }

  void act(Person& person) {
    if (person.calls) {
      if (one_in(2)) return presence_answers(person);
      if (one_in(8)) return leave(person);
      return say(person);
    }
    if (person.half) return finish(person);
    switch (choice_.below(8)) {
      case 0:
        return leave(person);
      case 1:
      case 2:
        return call(person, anybody());
      default:
        return say(person);
    }
  }

  void call(Person& caller, Person& callee) {
    stage_.say(caller.connection, "CAL 7 " + callee.who.handle.value() + "\r\n");
    if (callee.present || is_called(callee)) {
      caller.expected += "215 7\r\n";
      return;
    }
    caller.calls = stage_.presence.take();
    callee.rung = caller.calls;
  }

  void presence_answers(Person& caller) {
    const auto asked = *std::exchange(caller.calls, std::nullopt);
    Person& callee = person_of(asked.invite.callee);
    const bool reachable = !one_in(4);
    if (reachable) {
      caller.expected +=
          "CAL 7 RINGING " + std::to_string(asked.invite.conversation.value()) + "\r\n";
    } else {
      caller.expected += "217 7\r\n";
      callee.rung.reset();
    }
    const bool holds = callee.connection != ConnectionId() && !callee.present;
    if (holds && reachable) joins(callee);
    for (const Message& message : std::exchange(caller.behind_call, {})) relayed(caller, message);
    if (reachable) {
      stage_.reachable(asked.id, callee.who);
    } else {
      stage_.unavailable(asked.id);
    }
    if (holds && !reachable) {
      EXPECT_EQ(stage_.hear(callee.connection), "911 1\r\n");
      EXPECT_FALSE(stage_.open(callee.connection));
      callee.connection = {};
    }
  }

  void answer(Person& callee) {
    if (callee.connection != ConnectionId()) return;  // he has, and waits
    callee.connection = stage_.connect();
    stage_.say(callee.connection, Stage::answer_line(*callee.rung));
    const bool asked = std::any_of(people_.begin(), people_.end(), [&](const Person& one) {
      return one.calls && one.calls->id == callee.rung->id;
    });
    if (asked) {
      ++held;
    } else {
      joins(callee);
    }
  }

  void joins(Person& callee) {
    std::size_t index = 0;
    for (Person* other : order_) {
      callee.expected += "IRO 1 " + std::to_string(++index) + " " + std::to_string(order_.size()) +
                         " " + other->who.handle.value() + " " + other->who.name + "\r\n";
      other->expected += "JOI " + callee.who.handle.value() + " " + callee.who.name + "\r\n";
    }
    callee.expected += "ANS 1 OK\r\n";
    callee.rung.reset();
    callee.present = true;
    order_.push_back(&callee);
    ++joined;
  }

  Message message() {
    Message made;
    made.trid = std::to_string(++said);
    made.type = std::string_view("UNA")[choice_.below(3)];
    const auto size = one_in(5) ? 0U : choice_.below(one_in(10) ? 1665 : 40);
    for (std::uint64_t i = 0; i < size; ++i) made.payload += static_cast<char>(choice_.below(256));
    return made;
  }

  void say(Person& person) {
    std::string bytes;
    const auto count = 1 + choice_.below(3);
    for (std::uint64_t i = 0; i < count; ++i) {
      const Message made = message();
      bytes += made.bytes();
      if (person.calls) {
        person.behind_call.push_back(made);
      } else {
        relayed(person, made);
      }
    }
    if (!person.calls && one_in(4)) {
      person.half = message();
      person.half_said = choice_.below(person.half->bytes().size());
      bytes += person.half->bytes().substr(0, person.half_said);
    }
    stage_.say(person.connection, bytes);
  }

  void finish(Person& person) {
    const Message made = *std::exchange(person.half, std::nullopt);
    relayed(person, made);
    stage_.say(person.connection, made.bytes().substr(person.half_said));
  }

  // What the server should make of it.
  void relayed(Person& sender, const Message& message) {
    for (Person* other : order_) {
      if (other == &sender) continue;
      other->expected += "MSG " + sender.who.handle.value() + " " + sender.who.name + " " +
                         std::to_string(message.payload.size()) + "\r\n" + message.payload;
    }
    if (order_.size() > 1) {
      if (message.type == 'A') sender.expected += "ACK " + message.trid + "\r\n";
    } else if (message.type != 'U') {
      sender.expected += "NAK " + message.trid + "\r\n";
    }
  }

  void leave(Person& person) {
    // Whoever waits for an answer can only hang up.
    if (person.calls || one_in(2)) {
      stage_.drop(person.connection);
    } else {
      stage_.say(person.connection,
                 one_in(2) ? "OUT\r\n" : "BYE " + person.who.handle.value() + "\n");
      EXPECT_FALSE(stage_.open(person.connection));
    }
    EXPECT_EQ(stage_.hear(person.connection), std::exchange(person.expected, {}));
    std::erase(order_, &person);
    for (Person* other : order_) other->expected += "BYE " + person.who.handle.value() + "\r\n";
    person.connection = {};
    person.present = false;
    person.half.reset();
    person.behind_call.clear();
    // The call of somebody who has hung up is answered all the same.
    if (person.calls) presence_answers_nobody(*std::exchange(person.calls, std::nullopt));
  }

  void presence_answers_nobody(const FakePresence::Asked& asked) {
    Person& callee = person_of(asked.invite.callee);
    if (callee.connection != ConnectionId()) joins(callee);
    stage_.reachable(asked.id, callee.who);
  }

  Person& person_of(const Handle& handle) {
    return *std::find_if(people_.begin(), people_.end(),
                         [&](const Person& one) { return one.who.handle == handle; });
  }

  SeededRandom choice_;
  Stage stage_;
  std::array<Person, 5> people_;
  std::vector<Person*> order_;  // those who are present, by time of joining
};

TEST(FivePeople, HearWhatIsSaidWhileTheyAreThere) {
  std::size_t joined = 0;
  std::size_t held = 0;
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    FivePeople people(seed);
    for (int step = 0; step < 1000 && !::testing::Test::HasFailure(); ++step) {
      people.step();
      people.check();
    }
    ASSERT_FALSE(::testing::Test::HasFailure());
    joined += people.joined;
    held += people.held;
  }
  // It has been worth while.
  EXPECT_GT(joined, 500U);
  EXPECT_GT(held, 20U);
}

}  // namespace
}  // namespace monarch::switchboard
