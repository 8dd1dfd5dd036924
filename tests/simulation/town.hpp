// A cluster of three nodes and two presence instances, and people who use it: for scenarios that
// say themselves what goes wrong when. One thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "client.hpp"
#include "judge.hpp"
#include "testing/world/pure_cluster.hpp"

namespace monarch::simulation {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Longer than slow truth takes to come round.
inline constexpr seconds kCalm{300};

inline world::Options town_options(std::uint64_t seed, bool shuffled) {
  world::Options options;
  options.seed = seed;
  options.shuffled = shuffled;
  return options;
}

class Town {
 public:
  explicit Town(std::uint64_t seed = 1, bool shuffled = false)
      : cluster(town_options(seed, shuffled)) {
    cluster.settle();
  }

  void create(const std::string& name) {
    const Identity who{handle(name), "password-" + name};
    people_.push_back({who, cluster.create_account(who.handle, who.password, "Name-" + name)});
  }
  static std::string handle(const std::string& name) { return name + "@example.com"; }
  [[nodiscard]] AccountId account(const std::string& name) const {
    for (const auto& person : people_) {
      if (person.who.handle == handle(name)) return person.account;
    }
    return {};
  }

  // Signs in at a node; with `online` it synchronises and does its first CHG.
  Client& join(const std::string& name, std::size_t node, bool online = true, int dialect = 5) {
    if (account(name) == AccountId()) create(name);
    const Identity who{handle(name), "password-" + name};
    clients.push_back(std::make_unique<Client>(cluster, who, dialect,
                                               name + "." + std::to_string(clients.size()),
                                               world::PureCluster::node_address(node), Lists{}));
    auto& client = *clients.back();
    pass(seconds(1));
    if (!online) return client;
    client.command("SYN", {"0"});
    client.command("CHG", {"NLN"});
    pass(milliseconds(10));
    return client;
  }
  // Each has the other in FL and AL.
  void befriend(Client& a, Client& b) {
    for (const char* list : {"AL", "FL"}) {
      a.command("ADD", {list, b.who().handle, "B"});
      b.command("ADD", {list, a.who().handle, "A"});
    }
    pass(milliseconds(10));
  }

  void poll() {
    for (auto& client : clients) client->poll();
  }
  void pass(Duration time) {
    poll();
    const auto until = cluster.clock().now() + time;
    do {
      cluster.advance(milliseconds(50));
      poll();
    } while (cluster.clock().now() < until);
  }
  void steps(unsigned count) {
    for (unsigned i = 0; i < count && cluster.step(); ++i) {
    }
  }
  void crash_all_presence() {
    for (std::size_t i = 0; i < cluster.instances(); ++i) cluster.crash_instance(i);
    for (std::size_t i = 0; i < cluster.instances(); ++i) cluster.start_instance(i);
  }

  // What is wrong now: a complaint, or a view that is not the truth.
  [[nodiscard]] std::string verdict() {
    std::vector<const Client*> all;
    for (const auto& client : clients) {
      if (!client->complaint().empty()) return client->complaint();
      all.push_back(client.get());
    }
    return Judge(cluster, people_).verdict(all);
  }
  [[nodiscard]] std::uint64_t repairs() {
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < cluster.nodes(); ++i) {
      if (cluster.node(i) == nullptr) continue;
      for (const auto count : cluster.node(i)->counters().repairs) sum += count;
    }
    return sum;
  }
  static std::string shown(const Client& client, const std::string& name) {
    const auto place = client.shown().find(handle(name));
    return place == client.shown().end() ? "" : place->second.status;
  }
  [[nodiscard]] Serial serial(const std::string& name) {
    return cluster.store().peek(account(name))->principal.serial;
  }

  world::PureCluster cluster;
  std::vector<std::unique_ptr<Client>> clients;

 private:
  std::vector<Person> people_;
};

}  // namespace monarch::simulation
