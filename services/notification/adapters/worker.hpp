// Worker: a few threads for what blocks (files, SMTP, HTTP) and the bounded queue before them. Made
// and asked on the loop thread, which also hears what came of each job; the jobs run on the
// threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "net/loop.hpp"

namespace monarch::notification {

class Worker {
 public:
  // What a job is told: how much of its time is left, and a flag that becomes true when the process
  // ends and nobody waits any more.
  struct Terms {
    Duration left{};
    const std::atomic<bool>& stopping;
  };
  using Done = Outcome<std::string>;  // the error says what went wrong, without what was carried
  using Job = std::function<Done(const Terms&)>;
  using Told = std::function<void(const Done&)>;

  Worker(net::Loop& loop, std::size_t threads, std::size_t queue_max);
  // Jobs that have not begun never do; those that run are waited for.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // `told` is called on the loop, later, exactly once while the loop runs. A job that could not be
  // begun `within` its time is not begun any more.
  void submit(Duration within, Job job, Told told);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::notification
