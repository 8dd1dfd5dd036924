// Departure: how this node leaves the cluster: newcomers and who is signing in are referred
// elsewhere, who is here is sent away at the pace that was asked for, the ends of the sessions are
// acknowledged by presence, then the record goes. The listener stays until dispatch has surely read
// that we drain: whomever it still sent here is sent on. Loop thread only; Process bounds it.
#pragma once

#include <functional>

#include "base/clock.hpp"
#include "cluster/member.hpp"
#include "net/loop.hpp"
#include "notification/adapters/clients.hpp"
#include "notification/adapters/driver.hpp"
#include "runtime/process.hpp"

namespace monarch::notification {

class Departure {
 public:
  struct Parts {
    runtime::Process& process;
    Driver& driver;
    Clients& clients;
    cluster::Member& member;
  };
  // `per_second`: the pace when the order names none. `newcomers`: whether anybody could send us
  // some, which is so as long as there are nodes to send them on to.
  Departure(Parts parts, std::uint32_t per_second, std::function<bool()> newcomers);

 private:
  void begin();
  void hurry();
  void send_away();
  void wait();
  void close();
  void wait_until_quiet();

  Parts parts_;
  std::uint32_t per_second_;
  std::function<bool()> newcomers_;
  TimePoint known_at_{};  // from then on dispatch sends nobody here
  TimePoint gone_by_{};   // from then on nobody is waited for
  net::Timer timer_;
};

}  // namespace monarch::notification
