#include "notification/adapters/neighbours.hpp"

#include <utility>
#include <vector>

namespace monarch::notification {

void follow(const cluster::Registry& registry, const NodeId& self, PresenceLinks& links,
            Driver& driver) {
  links.set_instances(registry.ready("presence"));
  std::vector<Peer> peers;
  for (const auto& record : registry.ready("notification")) {
    if (record.id == self) continue;
    const auto free = record.capacity > record.load ? record.capacity - record.load : 0U;
    peers.push_back({record.advertised, free});
  }
  driver.enter([&](Node& node) { node.set_peers(std::move(peers)); });
}

}  // namespace monarch::notification
