// Departure: how this node leaves the cluster: newcomers are referred elsewhere, who is here gets
// OUT SSD, the ends of the sessions are acknowledged by presence, then the record goes. Loop
// thread only; Process bounds it by the grace time.
#pragma once

#include <functional>

#include "cluster/member.hpp"
#include "net/loop.hpp"
#include "notification/adapters/clients.hpp"
#include "notification/adapters/driver.hpp"

namespace monarch::notification {

class Departure {
 public:
  Departure(net::Loop& loop, Driver& driver, Clients& clients, cluster::Member& member,
            std::function<void()> done);

  void begin();

 private:
  void wait_until_quiet();

  Driver& driver_;
  Clients& clients_;
  cluster::Member& member_;
  std::function<void()> done_;
  net::Timer timer_;
};

}  // namespace monarch::notification
