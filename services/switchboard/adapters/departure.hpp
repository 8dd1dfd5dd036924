// Departure: how a switchboard leaves the cluster: it is not chosen any more, tickets already given
// are honoured and conversations run until they end; what is left shortly before the time is over
// is closed, or sooner at the pace that an order names. Then the record goes. Loop thread only;
// Process bounds it.
#pragma once

#include "base/clock.hpp"
#include "cluster/member.hpp"
#include "net/loop.hpp"
#include "runtime/process.hpp"
#include "switchboard/adapters/clients.hpp"
#include "switchboard/adapters/driver.hpp"

namespace monarch::switchboard {

class Departure {
 public:
  struct Parts {
    runtime::Process& process;
    Driver& driver;
    Clients& clients;
    cluster::Member& member;
  };
  explicit Departure(Parts parts);

 private:
  void begin();
  void follow_order();
  void wait_until_empty();
  // How many people an order's pace has let stay too long since the last time.
  [[nodiscard]] std::size_t overdue(TimePoint now);

  Parts parts_;
  TimePoint close_at_{};
  TimePoint paced_until_{};  // how far the pace has been kept
  net::Timer timer_;
};

}  // namespace monarch::switchboard
