// Driver: the only way by which the adapters enter the node. After every entry it sees to it that
// the node is called again when time asks for it. Loop thread only.
#pragma once

#include <utility>

#include "net/loop.hpp"
#include "notification/core/node.hpp"

namespace monarch::notification {

class Driver {
 public:
  Driver(net::Loop& loop, Node& node, const Clock& clock)
      : node_(node), clock_(clock), timer_(loop) {}

  // enter([&](Node& node) { node.received(…); }); yields what the function yields.
  template <class F>
  decltype(auto) enter(F&& function) {
    const Rearm after(*this);
    return std::forward<F>(function)(node_);
  }

  [[nodiscard]] const Node& node() const { return node_; }

 private:
  struct Rearm {
    explicit Rearm(Driver& driver) : driver_(driver) {}
    ~Rearm() { driver_.rearm(); }
    Driver& driver_;
  };

  // A deadline that has moved away is left as it is: the node does not mind an early call, and most
  // entries then cost no timer at all.
  void rearm() {
    const auto deadline = node_.deadline();
    if (!deadline || (timer_.pending() && *deadline >= armed_)) return;
    armed_ = *deadline;
    const Duration wait = *deadline - clock_.now();
    timer_.start(wait > Duration::zero() ? wait : Duration::zero(),
                 [this] { enter([](Node& node) { node.advance(); }); });
  }

  Node& node_;
  const Clock& clock_;
  net::Timer timer_;
  TimePoint armed_{};
};

}  // namespace monarch::notification
