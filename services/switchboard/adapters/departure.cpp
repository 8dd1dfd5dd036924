#include "switchboard/adapters/departure.hpp"

#include <algorithm>
#include <chrono>

#include "runtime/log.hpp"

namespace monarch::switchboard {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInterval{50};
// For the closes to reach the clients before the process must be gone.
constexpr milliseconds kMargin{500};

}  // namespace

Departure::Departure(Parts parts) : parts_(parts), timer_(parts.process.loop()) {
  parts_.process.on_drain([this] { begin(); });
  parts_.process.on_hurry([this] { follow_order(); });
}

void Departure::begin() {
  const Exchange& exchange = parts_.driver.core();
  log::info("leaving",
            {{"connections", exchange.connections()}, {"conversations", exchange.conversations()}});
  parts_.driver.enter([](Exchange& core) { core.drain(); });
  follow_order();
  wait_until_empty();
}

void Departure::follow_order() {
  const Duration within = parts_.process.drain_order().within;
  paced_until_ = parts_.process.clock().now();
  close_at_ = paced_until_ + std::max<Duration>(within - kMargin, within / 2);
}

std::size_t Departure::overdue(TimePoint now) {
  const auto per_second = parts_.process.drain_order().per_second;
  if (per_second == 0) return 0;
  const Duration interval = Duration(std::chrono::seconds(1)) / per_second;
  const auto count = (now - paced_until_) / interval;
  paced_until_ += count * interval;
  return static_cast<std::size_t>(count);
}

void Departure::wait_until_empty() {
  const auto now = parts_.process.clock().now();
  if (now >= close_at_) {
    parts_.driver.enter([](Exchange& core) { core.shut_down(); });
  } else if (const auto most = overdue(now); most > 0) {
    parts_.driver.enter([most](Exchange& core) { core.shut_down(most); });
  }
  const Exchange& exchange = parts_.driver.core();
  if (exchange.drained() || (now >= close_at_ && exchange.connections() == 0)) {
    parts_.clients.stop_listening();
    parts_.member.leave([this] { parts_.process.drained(); });
    return;
  }
  timer_.start(kInterval, [this] { wait_until_empty(); });
}

}  // namespace monarch::switchboard
