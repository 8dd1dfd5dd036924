#include "town.hpp"

#include <algorithm>
#include <poll.h>

namespace monarch::testing {
namespace {

using transcript::Account;
using transcript::List;

// Between two looks for something that announces itself to nobody.
constexpr int kLookEveryMs = 20;

Account account(const std::string& key, const std::string& password, const std::string& name) {
  Account made;
  made.key = key;
  made.handle = key + "@example.com";
  made.password = password;
  made.name = name;
  return made;
}

std::string account_of(const std::string& name) { return name.substr(0, name.find('.')); }

}  // namespace

transcript::Fixture Town::people() {
  transcript::Fixture fixture;
  fixture.accounts = {account("alice", "wonderland", "Alice"), account("bob", "builder1", "Bob"),
                      account("carol", "carol123", "Carol")};
  for (Account& owner : fixture.accounts) {
    for (const Account& other : fixture.accounts) {
      if (other.key == owner.key) continue;
      owner.entries.push_back({List::kForward, other.handle, other.name, {}});
      owner.entries.push_back({List::kAllow, other.handle, other.name, {}});
    }
    owner.serial = 10;
  }
  return fixture;
}

Town::Town(ClusterOptions options) : cluster_(std::move(options)), target_(cluster_) {}

void Town::SetUp() {
  ASSERT_TRUE(good(cluster_.start()));
  ASSERT_TRUE(good(target_.prepare(fixture_)));
}

void Town::TearDown() {
  if (HasFailure()) ADD_FAILURE() << cluster_.logs(30);
}

std::string Town::handle(const std::string& name) { return account_of(name) + "@example.com"; }

std::string Town::node(unsigned number) const {
  return cluster_.client_address("notification-" + std::to_string(number));
}

MsnpClient& Town::client(const std::string& name) {
  auto& place = clients_[name];
  place = nullptr;  // its connection is gone before the next one of this name
  place = std::make_unique<MsnpClient>(target_, name, kAnswerWithin);
  return *place;
}

MsnpClient& Town::online(const std::string& name, unsigned number, const std::string& status) {
  MsnpClient& made = client(name);
  const auto* owner = fixture_.by_key(account_of(name));
  const auto lines = made.come_online(node(number), owner->handle, owner->password, status);
  EXPECT_TRUE(good(lines)) << name;
  return made;
}

MsnpClient& Town::here(const std::string& name, unsigned number, const std::string& status) {
  MsnpClient& made = online(name, number, status);
  const auto* owner = fixture_.by_key(account_of(name));
  for (const auto& [other, client] : clients_) {
    if (client.get() == &made) continue;
    expect_line(*client, "NLN " + status + " " + owner->handle + " " + owner->name);
  }
  return made;
}

std::string Town::ask(MsnpClient& client, const std::string& text) {
  const auto line = client.ask(text);
  EXPECT_TRUE(good(line)) << text;
  return line ? *line : "";
}

std::string Town::answer(MsnpClient& client, const std::string& text) {
  const std::string line = ask(client, text);
  const auto first = line.find(' ');
  if (first == std::string::npos) return line;
  const auto second = line.find(' ', first + 1);
  return line.substr(0, first) + (second == std::string::npos ? "" : line.substr(second));
}

std::string Town::sign_in(const std::string& name, unsigned number) {
  MsnpClient& made = client(name);
  const auto* owner = fixture_.by_key(account_of(name));
  const auto done = made.sign_in(node(number), 5, owner->handle, owner->password);
  if (done) return "OK";
  const std::string refused = "sign-in refused: ";
  if (!done.error().starts_with(refused)) return done.error();
  return done.error().substr(refused.size(), 3);
}

std::string Town::referred() {
  MsnpClient& made = client("referred");
  const auto line = made.referral(cluster_.client_address("dispatch-1"), "alice@example.com");
  if (!line) return line.error();
  const auto place = line->find(" NS ");
  if (place == std::string::npos) return *line;
  return line->substr(place + 4, line->find(' ', place + 4) - place - 4);
}

void Town::expect_quiet(MsnpClient& client) {
  const auto lines = client.ping();
  ASSERT_TRUE(good(lines));
  EXPECT_EQ(*lines, Lines());
}

void Town::expect_line(MsnpClient& client, const std::string& line,
                       std::chrono::milliseconds bound) {
  EXPECT_TRUE(good(client.until(line, bound)));
}

double Town::metric(const std::string& role, const std::string& of) {
  double sum = 0;
  for (const std::string& name : cluster_.names()) {
    if (name.starts_with(role + "-")) sum += cluster_.metric(name, of).value_or(0);
  }
  return sum;
}

// Counters of the core are copied out once a second.
void Town::expect_metric(const std::string& role, const std::string& of, double at_least) {
  const TimePoint deadline = SystemClock().now() + kAnswerWithin;
  double value = metric(role, of);
  while (value < at_least && SystemClock().now() < deadline) {
    poll(nullptr, 0, kLookEveryMs);
    value = metric(role, of);
  }
  EXPECT_GE(value, at_least) << of;
}

void Town::expect_logged(const std::string& name, const std::string& what) {
  const TimePoint deadline = SystemClock().now() + kAnswerWithin;
  while (cluster_.log(name).find(what) == std::string::npos) {
    if (SystemClock().now() > deadline) {
      ADD_FAILURE() << name << " does not say " << what;
      return;
    }
    poll(nullptr, 0, kLookEveryMs);
  }
}

void Town::expect_sessions(Lines wanted) {
  std::sort(wanted.begin(), wanted.end());
  const TimePoint deadline = SystemClock().now() + kGoneWithin;
  Result<Lines, std::string> found = Lines();
  do {
    found = list_sessions(cluster_.rpc_address("presence-1"));
    if (found && *found == wanted) return;
    poll(nullptr, 0, kLookEveryMs);
  } while (SystemClock().now() < deadline);
  ASSERT_TRUE(good(found));
  EXPECT_EQ(*found, wanted);
}

}  // namespace monarch::testing
