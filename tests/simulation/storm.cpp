// Simulation: what goes wrong.
#include "simulation.hpp"

namespace monarch::simulation {
namespace {

constexpr unsigned kChances[] = {0, 0, 0, 10, 50, 200};
constexpr unsigned kPaces[] = {2, 20, 100, 1000};

}  // namespace

void Simulation::change_weather() {
  const auto draw = [this] { return kChances[random().below(std::size(kChances))]; };
  auto& weather = cluster_.weather;
  weather = {};
  pace_ = kPaces[random().below(std::size(kPaces))];
  if (random().below(4) == 0) return;
  weather.hint_lost = draw();
  weather.hint_doubled = draw();
  weather.hint_delayed = draw();
  weather.request_lost = draw() / 2;
  weather.request_delayed = draw();
  weather.reply_lost = draw() / 2;
  weather.reply_delayed = draw();
  weather.verify_lost = draw() / 4;
  weather.store_failed = draw() / 4;
  weather.store_lost = draw() / 4;
  weather.index_failed = draw() / 4;
  weather.index_lost = draw() / 4;
  weather.bus_failed = draw() / 4;
  weather.bus_lost = draw() / 4;
}

void Simulation::strike_stores() {
  if (cluster_.store_away()) return cluster_.bring_store_back();
  if (cluster_.redis_away()) return cluster_.bring_redis_back(random().below(3) == 0);
  if (random().below(2) == 0) return cluster_.take_store_away();
  cluster_.take_redis_away();
}

void Simulation::strike() {
  const auto node = random().below(cluster_.nodes());
  const auto instance = random().below(cluster_.instances());
  switch (random().below(12)) {
    case 0:
    case 1:
      return change_weather();
    case 2:
    case 3:
    case 4:
      if (!cluster_.instance_alive(instance)) return cluster_.start_instance(instance);
      return cluster_.crash_instance(instance);
    case 5:
      return cluster_.cut(node, instance);
    case 6:
      return cluster_.mend(node, instance);
    case 7:
      if (!cluster_.node_alive(node)) return cluster_.start_node(node);
      if (random().below(3) == 0) cluster_.kill_node(node);
      return;
    case 8:
      if (!cluster_.node_alive(node)) return cluster_.start_node(node);
      if (random().below(3) == 0) cluster_.declare_dead(node);
      return;
    case 9:
      return cluster_.tell_declared_dead(node);
    case 10:
      if (random().below(2) == 0) return cluster_.deafen(node);
      return cluster_.hear(node);
    default:
      return strike_stores();
  }
}

}  // namespace monarch::simulation
