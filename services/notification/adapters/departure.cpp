#include "notification/adapters/departure.hpp"

#include <chrono>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::notification {

Departure::Departure(net::Loop& loop, Driver& driver, Clients& clients, cluster::Member& member,
                     std::function<void()> done)
    : driver_(driver), clients_(clients), member_(member), done_(std::move(done)), timer_(loop) {}

void Departure::begin() {
  log::info("draining", {{"connections", driver_.core().connections()}});
  driver_.enter([](Node& node) {
    node.drain();
    node.shut_down();
  });
  wait_until_quiet();
}

void Departure::wait_until_quiet() {
  if (driver_.core().connections() == 0 && driver_.core().quiet()) {
    clients_.stop_listening();
    member_.leave(done_);
    return;
  }
  // Whoever connects until the listener is gone is referred to another node, or told 601.
  timer_.start(std::chrono::milliseconds(20), [this] { wait_until_quiet(); });
}

}  // namespace monarch::notification
