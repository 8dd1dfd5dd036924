#include "notification/adapters/departure.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::notification {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLookEvery{20};
// What presence may take at the end to acknowledge the last sessions, and Redis to drop our record:
// a quarter of the time there is, and not more than this.
constexpr milliseconds kMarginMax{5'000};

Duration margin(Duration within) { return std::min<Duration>(within / 4, kMarginMax); }

}  // namespace

Departure::Departure(Parts parts, std::uint32_t per_second, std::function<bool()> newcomers)
    : parts_(parts),
      per_second_(per_second),
      newcomers_(std::move(newcomers)),
      timer_(parts.process.loop()) {
  parts_.process.on_drain([this] { begin(); });
  parts_.process.on_hurry([this] { hurry(); });
}

void Departure::begin() {
  // Two readings of the registry: one may have been under way when we said it.
  const auto heartbeat = parts_.process.common().heartbeat_interval;
  known_at_ = parts_.process.clock().now() + 2 * heartbeat;
  send_away();
  wait();
}

void Departure::hurry() {
  // Nobody is left to be hurried.
  if (parts_.driver.core().people() > 0) send_away();
}

void Departure::send_away() {
  const auto& order = parts_.process.drain_order();
  const Duration within = order.within - margin(order.within);
  const auto per_second = order.per_second > 0 ? order.per_second : per_second_;
  gone_by_ = parts_.process.clock().now() + within;
  log::info("sending_away", {{"people", parts_.driver.core().people()},
                             {"connections", parts_.driver.core().connections()},
                             {"per_second", per_second},
                             {"within", within}});
  parts_.driver.enter([&](Node& node) { node.send_away(per_second, within); });
}

void Departure::wait() {
  const auto now = parts_.process.clock().now();
  const bool waits_for_people = parts_.driver.core().people() > 0 && now < gone_by_;
  const bool waits_for_newcomers = newcomers_() && now < std::min(known_at_, gone_by_);
  if (waits_for_people || waits_for_newcomers) {
    timer_.start(kLookEvery, [this] { wait(); });
    return;
  }
  close();
}

void Departure::close() {
  parts_.clients.stop_listening();
  // Who came meanwhile and has not said anything.
  parts_.driver.enter([](Node& node) { node.shut_down(); });
  wait_until_quiet();
}

void Departure::wait_until_quiet() {
  if (parts_.driver.core().connections() == 0 && parts_.driver.core().quiet()) {
    parts_.member.leave([this] { parts_.process.drained(); });
    return;
  }
  timer_.start(kLookEvery, [this] { wait_until_quiet(); });
}

}  // namespace monarch::notification
