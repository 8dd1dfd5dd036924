#include "simulation.hpp"

#include <algorithm>

namespace monarch::simulation {
namespace {

constexpr std::size_t kPeopleMin = 6;
constexpr std::size_t kPeopleMore = 5;
// Often enough to meet everything else that goes on.
constexpr std::chrono::seconds kChallengeEvery{20};

world::Options options_of(const Plan& plan) {
  world::Options options;
  options.seed = plan.seed;
  options.shuffled = plan.storm;
  options.nodes = 3;
  options.notification.challenge_every = kChallengeEvery;
  options.instances = 2 + plan.seed % 2;
  options.notification.services =
      notification::UrlServices::make({.site = "https://im.example.com/"}).value();
  options.notification.directory = true;
  options.notification.invitations = true;
  options.notification.paging = true;
  return options;
}

}  // namespace

Simulation::Simulation(const Plan& plan) : plan_(plan), cluster_(options_of(plan)) {
  if (plan.trace_lines > 0) cluster_.trace = [this](const std::string& line) { note(line); };
  cluster_.settle();
  const auto count = kPeopleMin + random().below(kPeopleMore);
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = std::string(1, static_cast<char>('a' + i)) + "0";
    Player player;
    player.person.who = {name + "@example.com", "password" + name};
    player.person.account = cluster_.create_account(player.person.who.handle,
                                                    player.person.who.password, "Name-" + name);
    people_.push_back(player.person);
    players_.push_back(std::move(player));
  }
}

void Simulation::note(const std::string& line) {
  const auto now = std::chrono::duration_cast<std::chrono::milliseconds>(cluster_.clock().now() -
                                                                         ManualClock().now());
  trace_.push_back(std::to_string(now.count()) + " ms " + line);
  if (trace_.size() > plan_.trace_lines) trace_.pop_front();
}

std::string Simulation::repairs() {
  std::string text;
  for (std::size_t i = 0; i < cluster_.nodes(); ++i) {
    const auto* node = cluster_.node(i);
    if (node == nullptr) continue;
    const auto& repairs = node->counters().repairs;
    for (std::size_t kind = 0; kind < repairs.size(); ++kind) {
      if (repairs[kind] == 0) continue;
      text += std::to_string(repairs[kind]) + " " +
              std::string(to_string(static_cast<notification::Repair>(kind))) + " ";
    }
  }
  return text;
}

void Simulation::poll() {
  const auto now = cluster_.clock().now();
  for (auto& player : players_) {
    auto& clients = player.clients;
    for (std::size_t i = 0; i < clients.size(); ++i) {
      auto& client = *clients[i];
      client.poll();
      if (complaint_.empty()) complaint_ = client.complaint();
      // While another session of the account may still change something, the lists are in doubt.
      const bool latest = i + 1 == clients.size();
      if (now >= player.risky_until) player.risky_groups = false;
      if ((!latest || client.over()) && !client.idle()) {
        player.risky_until = now + kRisk;
        player.risky_groups = player.risky_groups || client.changes_groups();
      }
      if (client.signed_in() && latest && now < player.risky_until) {
        client.make_unsure(player.risky_groups);
      }
      // A loser who never heard of it is fenced by what Redis remembers. If Redis forgets that, he
      // may come back when the winner has gone, and not know what the winner has changed.
      const auto& last = *clients.back();
      if (!latest && last.signed_in()) client.make_unsure(true);
    }
    while (!clients.empty() && clients.front()->over()) {
      const auto& gone = *clients.front();
      replies_ += gone.replies();
      if (!gone.referred().empty()) player.referred = gone.referred();
      if (gone.synchronised() && !gone.unsure() && !gone.unsure_of_groups() && gone.idle() &&
          clients.size() == 1) {
        player.cache = gone.lists();
        player.cache.dialect = gone.dialect();
      }
      clients.erase(clients.begin());
    }
  }
}

void Simulation::step() {
  const auto dice = random().below(100);
  if (dice < 45) {
    act(players_[random().below(players_.size())]);
  } else if (dice < 65) {
    for (unsigned i = 0; i < pace_ && cluster_.step(); ++i) {
    }
  } else if (dice < 94) {
    cluster_.pass(std::chrono::milliseconds(random().below(120)));
  } else if (plan_.storm && dice < 97) {
    strike();
  } else if (dice < 98) {
    administer();
  } else {
    cluster_.settle();
  }
  if (!plan_.storm) cluster_.settle();
}

std::string Simulation::run() {
  for (unsigned i = 0; i < plan_.steps && complaint_.empty(); ++i) {
    step();
    poll();
    if (i % 256 == 0) cluster_.bus().published.clear();
  }
  if (complaint_.empty()) complaint_ = calm();
  for (const auto& player : players_) {
    for (const auto& client : player.clients) replies_ += client->replies();
  }
  return complaint_;
}

// All is mended; time passes until slow truth has been everywhere. Then everybody's view is judged,
// as it is, and once more after all have asked for everything again.
std::string Simulation::calm() {
  note("== calm");
  cluster_.mend_all();
  for (int i = 0; i < 400; ++i) {
    cluster_.advance(std::chrono::seconds(1));
    poll();
    if (!complaint_.empty()) return complaint_;
  }
  if (auto wrong = judge(); !wrong.empty()) return wrong;
  note("== everybody asks for everything");
  for (auto& player : players_) {
    for (auto& client : player.clients) {
      if (!client->signed_in()) continue;
      client->command("SYN", {"0"});
      if (client->status().empty()) client->command("CHG", {"NLN"});
      for (const char* list : {"FL", "AL", "BL", "RL"}) client->command("LST", {list});
    }
  }
  for (int i = 0; i < 300; ++i) {
    cluster_.advance(std::chrono::seconds(1));
    poll();
    if (!complaint_.empty()) return complaint_;
  }
  if (auto wrong = judge(); !wrong.empty()) return "after a new SYN: " + wrong;
  return everybody_calls();
}

std::string Simulation::judge() {
  // A challenge of the last moment has been answered just now.
  cluster_.settle();
  poll();
  if (!complaint_.empty()) return complaint_;
  return Judge(cluster_, people_).verdict(clients());
}

std::vector<const Client*> Simulation::clients() const {
  std::vector<const Client*> all;
  for (const auto& player : players_) {
    for (const auto& client : player.clients) all.push_back(client.get());
  }
  return all;
}

}  // namespace monarch::simulation
