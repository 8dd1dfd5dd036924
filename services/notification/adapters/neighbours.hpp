// What a notification node takes from the registry: the presence instances it is to be linked with,
// the switchboards, and the other notification nodes it may refer clients to. Loop thread only.
#pragma once

#include "base/ids.hpp"
#include "cluster/registry.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/adapters/presence_links.hpp"
#include "notification/adapters/switchboard_client.hpp"
#include "runtime/health.hpp"
#include "runtime/metrics.hpp"

namespace monarch::notification {

class Neighbours {
 public:
  Neighbours(PresenceLinks& links, SwitchboardClient& switchboards, Driver& driver,
             const NodeId& self, runtime::Health& health, metrics::Registry& metrics);
  Neighbours(const Neighbours&) = delete;
  Neighbours& operator=(const Neighbours&) = delete;

  void follow(const cluster::Registry& registry);
  // Whether there are other notification nodes that take newcomers.
  [[nodiscard]] bool has_peers() const { return has_peers_; }

 private:
  PresenceLinks& links_;
  SwitchboardClient& switchboards_;
  Driver& driver_;
  NodeId self_;
  runtime::Health::Check& presence_ok_;
  metrics::Gauge links_up_;
  metrics::Gauge peers_;
  metrics::Gauge switchboards_ready_;
  bool has_peers_ = false;
};

}  // namespace monarch::notification
