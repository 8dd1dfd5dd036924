// Time as the cores see it: handed in, never asked of the system, so that tests and the simulation
// hold the hands of the clock.
#pragma once

#include <chrono>

namespace monarch {

// Steady time: for waits, deadlines and ages.
using TimePoint = std::chrono::steady_clock::time_point;
using Duration = std::chrono::steady_clock::duration;

class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual TimePoint now() const = 0;
  // Wall time, for what people and clients read (LoginTime); never for a decision.
  [[nodiscard]] virtual std::chrono::seconds unix_time() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] std::chrono::seconds unix_time() const override {
    return std::chrono::duration_cast<std::chrono::seconds>(
        std::chrono::system_clock::now().time_since_epoch());
  }
};

// A clock that stands until it is moved.
class ManualClock final : public Clock {
 public:
  [[nodiscard]] TimePoint now() const override { return now_; }
  [[nodiscard]] std::chrono::seconds unix_time() const override {
    return std::chrono::duration_cast<std::chrono::seconds>(now_.time_since_epoch());
  }
  void advance(Duration by) { now_ += by; }

 private:
  TimePoint now_{std::chrono::seconds(1'050'223'000)};
};

}  // namespace monarch
