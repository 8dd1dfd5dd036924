// CoreDriver: the only way by which adapters enter a pure core that keeps deadlines (it has
// advance() and deadline()). After every entry it sees to it that the core is called again when
// time asks for it. Loop thread only.
#pragma once

#include <utility>

#include "base/clock.hpp"
#include "net/loop.hpp"

namespace monarch::net {

template <class Core>
class CoreDriver {
 public:
  CoreDriver(Loop& loop, Core& core, const Clock& clock)
      : core_(core), clock_(clock), timer_(loop) {}

  // enter([&](Core& core) { core.received(…); }); yields what the function yields.
  template <class F>
  decltype(auto) enter(F&& function) {
    const Rearm after(*this);
    return std::forward<F>(function)(core_);
  }

  [[nodiscard]] const Core& core() const { return core_; }

 private:
  struct Rearm {
    explicit Rearm(CoreDriver& driver) : driver_(driver) {}
    ~Rearm() { driver_.rearm(); }
    CoreDriver& driver_;
  };

  // A deadline that has moved away is left as it is: the core does not mind an early call, and most
  // entries then cost no timer at all.
  void rearm() {
    const auto deadline = core_.deadline();
    if (!deadline || (timer_.pending() && *deadline >= armed_)) return;
    armed_ = *deadline;
    const Duration wait = *deadline - clock_.now();
    timer_.start(wait > Duration::zero() ? wait : Duration::zero(),
                 [this] { enter([](Core& core) { core.advance(); }); });
  }

  Core& core_;
  const Clock& clock_;
  Timer timer_;
  TimePoint armed_{};
};

}  // namespace monarch::net
