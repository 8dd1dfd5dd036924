#include "switchboard/adapters/departure.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::switchboard {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterval{50};
// For the closes to reach the clients before the process must be gone.
constexpr milliseconds kMargin{500};

}  // namespace

Departure::Departure(Parts parts, Duration grace_time, std::function<void()> done)
    : parts_(parts), grace_time_(grace_time), done_(std::move(done)), timer_(parts.loop) {}

void Departure::begin() {
  const Exchange& exchange = parts_.driver.core();
  log::info("draining",
            {{"connections", exchange.connections()}, {"conversations", exchange.conversations()}});
  close_at_ = parts_.clock.now() + std::max<Duration>(grace_time_ - kMargin, grace_time_ / 2);
  parts_.driver.enter([](Exchange& core) { core.drain(); });
  wait_until_empty();
}

void Departure::wait_until_empty() {
  if (parts_.clock.now() >= close_at_) {
    parts_.driver.enter([](Exchange& core) { core.shut_down(); });
  }
  const Exchange& exchange = parts_.driver.core();
  if (exchange.drained() || (parts_.clock.now() >= close_at_ && exchange.connections() == 0)) {
    parts_.clients.stop_listening();
    parts_.member.leave(done_);
    return;
  }
  timer_.start(kInterval, [this] { wait_until_empty(); });
}

}  // namespace monarch::switchboard
