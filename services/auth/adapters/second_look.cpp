#include "auth/adapters/second_look.hpp"

#include <algorithm>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::auth {
namespace {

Task<void> shut_again(Registrar& registrar, Handle handle) {
  const auto shut = co_await registrar.shut_again(handle);
  if (shut.ok()) co_return;
  log::warn("second_kick_failed", {{"account", handle.value()}, {"error", text_of(shut.error())}});
}

}  // namespace

void SecondLook::later(const Handle& handle) {
  if (waiting_.size() >= kWaitingMax) waiting_.pop_front();
  waiting_.push_back({std::chrono::steady_clock::now() + kAfter, handle});
  if (!timer_.pending()) arm();
}

void SecondLook::arm() {
  const auto wait = waiting_.front().due - std::chrono::steady_clock::now();
  timer_.start(std::max<Duration>(wait, Duration::zero()), [this] { look(); });
}

void SecondLook::look() {
  const auto now = std::chrono::steady_clock::now();
  while (!waiting_.empty() && waiting_.front().due <= now) {
    if (tasks_) tasks_->spawn(shut_again(registrar_, std::move(waiting_.front().handle)));
    waiting_.pop_front();
  }
  if (!waiting_.empty()) arm();
}

}  // namespace monarch::auth
