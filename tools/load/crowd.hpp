// Crowd: the users of one benchmark, and the loop that moves them. Everything it does is bounded by
// a count and by a time. One thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "load/user.hpp"

namespace monarch::load {

struct CrowdOptions {
  std::string prefix = "load";
  std::size_t users = 500;
  // Where they sign in: dispatch, or the notification nodes in turn.
  std::vector<Endpoint> doors;
  std::size_t at_once = 32;                     // sign-ins under way
  Duration patience = std::chrono::minutes(5);  // of one phase
};

class Crowd final : public Driver {
 public:
  explicit Crowd(CrowdOptions options);

  // Signs in one user and out again, and once more if he is refused: a cluster that has just
  // started may refuse those who come while it settles.
  [[nodiscard]] Outcome<std::string> knock();
  // Signs in users [from, to); the error is the first refusal. Appends how long each took, in
  // milliseconds, if asked.
  [[nodiscard]] Outcome<std::string> sign_in(std::size_t from, std::size_t to, Goal goal,
                                             std::vector<double>* took = nullptr);
  // Each user adds the `contacts` that follow him in a circle, so that each has as many watchers.
  [[nodiscard]] Outcome<std::string> befriend(std::size_t contacts);
  void sign_out();

  [[nodiscard]] User& user(std::size_t number) { return *users_[number]; }
  [[nodiscard]] std::size_t size() const { return users_.size(); }
  [[nodiscard]] const std::string& error() const { return error_; }

  // Called for each until the next phase.
  std::function<void(User& user)> on_status_changed;
  std::function<void(User& watcher, std::size_t subject, TimePoint when)> on_saw;

  // Moves everybody until `done` holds; false: an error or out of patience. `tick` is called
  // between polls, which take at most `step`.
  bool run(const std::function<bool()>& done, Duration at_most, Duration step,
           const std::function<void()>& tick = {});

  void ready(User& user) override;
  void failed(User& user, const std::string& reason) override;
  void status_changed(User& user) override;
  void contact_added(User& user) override;
  void saw(User& user, std::size_t subject, TimePoint when) override;

 private:
  void begin_next();
  [[nodiscard]] Outcome<std::string> result(bool finished, const std::string& phase) const;
  void progress(const std::string& phase, std::size_t done, std::size_t of);

  CrowdOptions options_;
  Poller poller_;
  std::vector<std::unique_ptr<User>> users_;
  std::string error_;
  // The phase under way.
  Goal goal_ = Goal::kOnline;
  std::size_t next_ = 0;
  std::size_t end_ = 0;
  std::size_t finished_ = 0;
  std::size_t contacts_ = 0;        // to add; 0: none
  std::vector<std::size_t> added_;  // by user
  std::vector<double>* took_ = nullptr;
  TimePoint told_;
};

}  // namespace monarch::load
