#include "notification/adapters/neighbours.hpp"

#include <utility>
#include <vector>

namespace monarch::notification {

Neighbours::Neighbours(PresenceLinks& links, SwitchboardClient& switchboards, Driver& driver,
                       const NodeId& self, runtime::Health& health, metrics::Registry& metrics)
    : links_(links),
      switchboards_(switchboards),
      driver_(driver),
      self_(self),
      presence_ok_(health.add("presence")),
      links_up_(metrics.gauge("presence_links_count", "Presence instances in reach")),
      peers_(metrics.gauge("peers_count", "Other notification nodes that take newcomers")),
      switchboards_ready_(metrics.gauge("switchboards_count", "Switchboards that are ready")) {
  presence_ok_.set(false, "no instance in reach");
  links_.on_change([this](std::size_t up) {
    links_up_.set(static_cast<double>(up));
    presence_ok_.set(up > 0, up > 0 ? "" : "no instance in reach");
  });
}

void Neighbours::follow(const cluster::Registry& registry) {
  // When a store is away from all of them, none is ready; they can still do most of what we ask.
  auto instances = registry.ready("presence");
  if (instances.empty()) instances = registry.alive("presence");
  links_.set_instances(instances);
  const auto switchboards = registry.ready("switchboard");
  switchboards_ready_.set(static_cast<double>(switchboards.size()));
  switchboards_.set_switchboards(switchboards);
  std::vector<Peer> peers;
  for (const auto& record : registry.ready("notification")) {
    if (record.id == self_) continue;
    const auto free = record.capacity > record.load ? record.capacity - record.load : 0U;
    peers.push_back({record.advertised, free, record.id.value()});
  }
  has_peers_ = !peers.empty();
  peers_.set(static_cast<double>(peers.size()));
  driver_.enter([&](Node& node) { node.set_peers(std::move(peers)); });
}

}  // namespace monarch::notification
