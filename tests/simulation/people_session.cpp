// Simulation: what people do besides lists and status.
#include "simulation.hpp"

namespace monarch::simulation {

void Simulation::use_session(Client& client) {
  switch (random().below(4)) {
    case 0:
    case 1:
      if (client.dialect() < 3) return client.command("PNG", {});
      return client.command("IMS", {random().below(2) == 0 ? "OFF" : "ON"});
    case 2:
      return client.command("XFR", {"SB"});
    default:
      if (!client.may_ask_challenge()) return client.command("PNG", {});
      return client.command("CHL", {});
  }
}

}  // namespace monarch::simulation
