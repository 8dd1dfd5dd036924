#include "notification/core/farewell.hpp"

#include <algorithm>
#include <chrono>

namespace monarch::notification {

namespace {
// Nobody notices a finer step, and a timer for each of thousands would be work for nothing.
constexpr std::chrono::milliseconds kStep{10};
}  // namespace

Farewell::Farewell(TimePoint now, TimePoint until, std::uint32_t per_second, std::size_t people)
    : until_(std::max(now, until)),
      interval_(Duration(std::chrono::seconds(1)) / std::max<std::uint32_t>(per_second, 1)) {
  const auto count = static_cast<Duration::rep>(std::max<std::size_t>(people, 1));
  interval_ = std::max(std::min(interval_, (until_ - now) / count), Duration(1));
  next_ = now + interval_;
  due_ = std::min(next_, until_);
  last_ = std::min(now + interval_ * count, until_);
}

std::size_t Farewell::take(TimePoint now, std::size_t left) {
  if (now < due_) return 0;
  due_ = std::min(std::max<TimePoint>(now + kStep, next_), std::max(until_, now));
  if (now >= until_) return left;
  if (now < next_) return 0;
  const auto count = (now - next_) / interval_ + 1;
  next_ += interval_ * count;
  due_ = std::min(std::max<TimePoint>(now + kStep, next_), until_);
  return std::min(left, static_cast<std::size_t>(count));
}

}  // namespace monarch::notification
