#include "notification/adapters/departure.hpp"

#include <chrono>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::notification {

namespace {
constexpr std::chrono::milliseconds kLookEvery{20};
}  // namespace

Departure::Departure(net::Loop& loop, Driver& driver, Clients& clients, cluster::Member& member,
                     Duration heartbeat, std::function<bool()> newcomers,
                     std::function<void()> done)
    : driver_(driver),
      clients_(clients),
      member_(member),
      heartbeat_(heartbeat),
      newcomers_(std::move(newcomers)),
      done_(std::move(done)),
      timer_(loop) {}

void Departure::begin() {
  log::info("draining", {{"connections", driver_.core().connections()}});
  driver_.enter([](Node& node) {
    node.drain();
    node.shut_down();
  });
  // Two readings: one may have been under way when we said it.
  wait_until_known(SystemClock().now() + 2 * heartbeat_);
}

void Departure::wait_until_known(TimePoint until) {
  if (newcomers_() && SystemClock().now() < until) {
    timer_.start(kLookEvery, [this, until] { wait_until_known(until); });
    return;
  }
  clients_.stop_listening();
  // Who came meanwhile and has not said anything.
  driver_.enter([](Node& node) { node.shut_down(); });
  wait_until_quiet();
}

void Departure::wait_until_quiet() {
  if (driver_.core().connections() == 0 && driver_.core().quiet()) {
    member_.leave(done_);
    return;
  }
  timer_.start(kLookEvery, [this] { wait_until_quiet(); });
}

}  // namespace monarch::notification
