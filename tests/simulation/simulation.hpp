// One storm and the calm after it, from a seed: people do what people do while the cluster's parts
// crash, hang, lose and double; then all is mended, and Judge looks at everybody's view. One
// thread, bounded by its number of steps.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client.hpp"
#include "judge.hpp"
#include "testing/world/pure_cluster.hpp"

namespace monarch::simulation {

struct Plan {
  std::uint64_t seed = 1;
  unsigned steps = 2'000;
  bool storm = true;            // false: nothing ever goes wrong
  std::size_t trace_lines = 0;  // how much of the end is kept
};

class Simulation {
 public:
  explicit Simulation(const Plan& plan);

  // What went wrong; empty when nothing did.
  [[nodiscard]] std::string run();
  [[nodiscard]] const std::deque<std::string>& trace() const { return trace_; }
  // How much has happened, so that a run that does nothing is noticed.
  [[nodiscard]] std::size_t replies() const { return replies_; }
  // What slow truth has mended (ARCHITECTURE.md#rule-4), as words; empty when nothing.
  [[nodiscard]] std::string repairs();
  [[nodiscard]] world::PureCluster& cluster() { return cluster_; }

 private:
  // Longer than delays, timeouts and hung requests of a session that has ended.
  static constexpr std::chrono::seconds kRisk{30};

  struct Player {
    Person person;
    std::vector<std::unique_ptr<Client>> clients;
    Lists cache;
    // Until then a change of an earlier session may still be stored.
    TimePoint risky_until;
    bool risky_groups = false;  // among them a change of groups
    std::string referred;       // where dispatch has sent him
    unsigned sign_ins = 0;
  };

  // ---- people (people.cpp) ----
  void act(Player& player);
  void sign_in(Player& player);
  void use(Player& player, Client& client);
  void change_list(Player& player, Client& client);
  void use_session(Client& client);  // people_session.cpp
  // ---- in and out of the server (people_doors.cpp) ----
  void use_doors(Client& client);
  void administer();
  void change_contact(Player& player);
  void change_groups(Client& client);
  void change_membership(Client& client, const std::string& other);
  [[nodiscard]] std::string some_group(const Client& client);
  [[nodiscard]] std::string somebody();
  template <std::size_t N>
  [[nodiscard]] std::string one_of(const char* const (&words)[N]) {
    return words[random().below(N)];
  }

  // ---- calls (calls.cpp) ----
  [[nodiscard]] std::string everybody_calls();
  [[nodiscard]] std::string call(const Judge& judge, Client& caller, const Player& callee);

  // ---- the storm (storm.cpp) ----
  void strike();
  void change_weather();
  void strike_stores();

  void step();
  void poll();
  [[nodiscard]] std::string calm();
  [[nodiscard]] std::string judge();
  [[nodiscard]] std::vector<const Client*> clients() const;
  [[nodiscard]] Random& random() { return cluster_.random(); }
  void note(const std::string& line);

  Plan plan_;
  std::deque<std::string> trace_;
  world::PureCluster cluster_;
  std::vector<Player> players_;
  std::vector<Person> people_;
  std::string complaint_;
  bool storming_ = true;
  unsigned pace_ = 50;  // how many steps run while a moment passes
  std::size_t replies_ = 0;
};

}  // namespace monarch::simulation
