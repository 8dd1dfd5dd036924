// SecondLook: some seconds after an account was shut, the registrar looks once more whether
// somebody sits in it: a sign-in that auth had found good a moment before may have come in behind
// the first kick, and the bus may have lost that. Bounded; lives on the service's loop.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <optional>

#include "auth/core/registrar.hpp"
#include "base/clock.hpp"
#include "base/task.hpp"
#include "net/loop.hpp"

namespace monarch::auth {

class SecondLook {
 public:
  // A node gives a sign-in up after less than this.
  static constexpr std::chrono::seconds kAfter{6};
  // Beyond that many the oldest go without: the first kick has been made in any case.
  static constexpr std::size_t kWaitingMax = 10'000;

  SecondLook(net::Loop& loop, Registrar& registrar) : timer_(loop), registrar_(registrar) {}

  void later(const Handle& handle);
  // The loop runs no more.
  void stop() { tasks_.reset(); }

 private:
  struct Waiting {
    std::chrono::steady_clock::time_point due;
    Handle handle;
  };
  void arm();
  void look();

  net::Timer timer_;
  Registrar& registrar_;
  std::deque<Waiting> waiting_;
  std::optional<TaskScope> tasks_{std::in_place};
};

}  // namespace monarch::auth
