#include "runtime/health.hpp"

#include <algorithm>
#include <utility>

namespace monarch::runtime {

void Health::Check::set(bool ok, std::string detail) {
  std::list<std::function<void(bool)>> callbacks;
  bool now = false;
  {
    const std::lock_guard lock(health_.mutex_);
    const bool before = health_.ready_locked();
    ok_ = ok;
    detail_ = std::move(detail);
    now = health_.ready_locked();
    if (now != before) callbacks = health_.callbacks_;
  }
  for (const auto& callback : callbacks) callback(now);
}

Health::Check& Health::add(std::string name) {
  const std::lock_guard lock(mutex_);
  return checks_.emplace_back(*this, std::move(name), true);
}

Health::Check& Health::add_advisory(std::string name) {
  const std::lock_guard lock(mutex_);
  return checks_.emplace_back(*this, std::move(name), false);
}

bool Health::ready_locked() const {
  return std::all_of(checks_.begin(), checks_.end(),
                     [](const Check& check) { return check.ok_ || !check.required_; });
}

bool Health::ready() const {
  const std::lock_guard lock(mutex_);
  return ready_locked();
}

bool Health::ready_apart_from(const Check& check) const {
  const std::lock_guard lock(mutex_);
  return std::all_of(checks_.begin(), checks_.end(),
                     [&](const Check& one) { return one.ok_ || !one.required_ || &one == &check; });
}

std::string Health::describe() const {
  const std::lock_guard lock(mutex_);
  std::string text;
  for (const Check& check : checks_) {
    text += check.name_ + (check.required_ ? "" : " (advisory)");
    text += check.ok_ ? ": ok" : ": not ok";
    if (!check.detail_.empty()) text += " (" + check.detail_ + ")";
    text += '\n';
  }
  return text;
}

void Health::on_change(std::function<void(bool ready)> callback) {
  callback(ready());
  const std::lock_guard lock(mutex_);
  callbacks_.push_back(std::move(callback));
}

}  // namespace monarch::runtime
