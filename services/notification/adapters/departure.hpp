// Departure: how this node leaves the cluster: newcomers are referred elsewhere, who is here gets
// OUT SSD, the ends of the sessions are acknowledged by presence, then the record goes. The
// listener stays until dispatch has surely read that we drain: whomever it still sent here is sent
// on. Loop thread only; Process bounds it by the grace time.
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "cluster/member.hpp"
#include "net/loop.hpp"
#include "notification/adapters/clients.hpp"
#include "notification/adapters/driver.hpp"

namespace monarch::notification {

class Departure {
 public:
  // `heartbeat`: how often the registry is read. `newcomers`: whether anybody could send us some,
  // which is so as long as there are nodes to send them on to.
  Departure(net::Loop& loop, Driver& driver, Clients& clients, cluster::Member& member,
            Duration heartbeat, std::function<bool()> newcomers, std::function<void()> done);

  void begin();

 private:
  void wait_until_known(TimePoint until);
  void wait_until_quiet();

  Driver& driver_;
  Clients& clients_;
  cluster::Member& member_;
  Duration heartbeat_;
  std::function<bool()> newcomers_;
  std::function<void()> done_;
  net::Timer timer_;
};

}  // namespace monarch::notification
