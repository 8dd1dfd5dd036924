#include "load/crowd.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace monarch::load {
namespace {

constexpr Duration kStep = std::chrono::milliseconds(100);
constexpr unsigned kKnocks = 5;
constexpr Duration kBetweenKnocks = std::chrono::milliseconds(300);
constexpr Duration kTellEvery = std::chrono::seconds(2);

}  // namespace

Crowd::Crowd(CrowdOptions options) : options_(std::move(options)) {
  users_.reserve(options_.users);
  for (std::size_t i = 0; i < options_.users; ++i) {
    users_.push_back(std::make_unique<User>(poller_, *this, i, options_.prefix));
  }
}

bool Crowd::run(const std::function<bool()>& done, Duration at_most, Duration step,
                const std::function<void()>& tick) {
  const TimePoint end = std::chrono::steady_clock::now() + at_most;
  while (!done()) {
    if (!error_.empty() || std::chrono::steady_clock::now() >= end) return false;
    poller_.poll(step);
    if (tick) tick();
  }
  return error_.empty();
}

void Crowd::progress(const std::string& phase, std::size_t done, std::size_t of) {
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < kTellEvery) return;
  told_ = now;
  std::fprintf(stderr, "  %s: %zu of %zu\n", phase.c_str(), done, of);
}

Outcome<std::string> Crowd::result(bool finished, const std::string& phase) const {
  if (finished) return Ok{};
  if (!error_.empty()) return fail(phase + ": " + error_);
  return fail(phase + ": not finished in time, " + std::to_string(finished_) + " are");
}

void Crowd::begin_next() {
  if (next_ >= end_) return;
  auto& user = *users_[next_];
  const auto& door = options_.doors[next_ % options_.doors.size()];
  ++next_;
  user.sign_in(door, goal_);
}

Outcome<std::string> Crowd::sign_in(std::size_t from, std::size_t to, Goal goal,
                                    std::vector<double>* took) {
  goal_ = goal;
  next_ = from;
  end_ = std::min(to, users_.size());
  finished_ = 0;
  took_ = took;
  const std::size_t count = end_ - from;
  for (std::size_t i = 0; i < options_.at_once; ++i) begin_next();
  const bool finished = run(
      [&] { return finished_ >= count; }, options_.patience, kStep,
      [&] { progress(contacts_ > 0 ? "making contact lists" : "signing in", finished_, count); });
  took_ = nullptr;
  return result(finished, contacts_ > 0 ? "making contact lists" : "signing in");
}

Outcome<std::string> Crowd::knock() {
  const std::size_t doors = options_.doors.size();
  for (unsigned attempt = 1;; ++attempt) {
    error_.clear();
    auto done = sign_in(0, std::min(doors, users_.size()), Goal::kOnline);
    sign_out();
    if (done.ok() || attempt == kKnocks) return done;
    run([] { return false; }, kBetweenKnocks, kBetweenKnocks);
  }
}

Outcome<std::string> Crowd::befriend(std::size_t contacts) {
  contacts_ = std::min(contacts, users_.size() - 1);
  added_.assign(users_.size(), 0);
  if (contacts_ == 0) return Ok{};
  auto done = sign_in(0, users_.size(), Goal::kSignedIn);
  contacts_ = 0;
  return done;
}

void Crowd::sign_out() {
  for (auto& user : users_) user->disconnect();
}

void Crowd::ready(User& user) {
  if (contacts_ > 0) {
    // One after the other: pipelined they would be as many transactions waiting for one row.
    user.add_contact((user.number() + 1) % users_.size());
    return;
  }
  if (took_ != nullptr) {
    const auto spent = std::chrono::steady_clock::now() - user.begun();
    took_->push_back(std::chrono::duration<double, std::milli>(spent).count());
  }
  ++finished_;
  begin_next();
}

void Crowd::contact_added(User& user) {
  if (contacts_ == 0) return;
  const std::size_t count = ++added_[user.number()];
  if (count < contacts_) {
    user.add_contact((user.number() + 1 + count) % users_.size());
    return;
  }
  user.disconnect();
  ++finished_;
  begin_next();
}

void Crowd::failed(User& user, const std::string& reason) {
  if (error_.empty()) {
    error_ = User::handle(options_.prefix, user.number()) + ": " + reason;
  }
}

void Crowd::status_changed(User& user) {
  if (on_status_changed) on_status_changed(user);
}

void Crowd::saw(User& user, std::size_t subject, TimePoint when) {
  if (on_saw) on_saw(user, subject, when);
}

}  // namespace monarch::load
