// What a notification node takes from the registry: the presence instances it is to be linked with,
// and the other notification nodes it may refer clients to. Loop thread only.
#pragma once

#include "base/ids.hpp"
#include "cluster/registry.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/adapters/presence_links.hpp"

namespace monarch::notification {

void follow(const cluster::Registry& registry, const NodeId& self, PresenceLinks& links,
            Driver& driver);

}  // namespace monarch::notification
