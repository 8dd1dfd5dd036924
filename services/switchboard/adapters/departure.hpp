// Departure: how a switchboard leaves the cluster: it is not chosen any more, tickets already given
// are honoured and conversations run until they end; what is left shortly before the grace time is
// over is closed. Then the record goes. Loop thread only; Process bounds it.
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "cluster/member.hpp"
#include "net/loop.hpp"
#include "switchboard/adapters/clients.hpp"
#include "switchboard/adapters/driver.hpp"

namespace monarch::switchboard {

class Departure {
 public:
  struct Parts {
    net::Loop& loop;
    const Clock& clock;
    Driver& driver;
    Clients& clients;
    cluster::Member& member;
  };
  Departure(Parts parts, Duration grace_time, std::function<void()> done);

  void begin();

 private:
  void wait_until_empty();

  Parts parts_;
  Duration grace_time_;
  std::function<void()> done_;
  TimePoint close_at_{};
  net::Timer timer_;
};

}  // namespace monarch::switchboard
