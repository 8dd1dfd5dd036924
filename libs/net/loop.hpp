// Loop: one event loop, one thread. Everything of monarch::net (listeners, connections, timers)
// belongs to one loop and is touched on its thread only; post() is the door from other threads.
#pragma once

#include <functional>
#include <memory>
#include <span>

#include "base/clock.hpp"

namespace boost::asio {
class io_context;
}

namespace monarch::net {

namespace detail {
class Inbox;
}

// A way to post that outlives the loop: what is posted to a loop that is gone is dropped. For what
// is called back on threads of others (gRPC's). Any thread.
class LoopHandle {
 public:
  explicit LoopHandle(std::shared_ptr<detail::Inbox> inbox) : inbox_(std::move(inbox)) {}
  // False: the loop is gone, the function was destroyed without being called.
  bool post(std::function<void()> function) const;

 private:
  std::shared_ptr<detail::Inbox> inbox_;
};

class Loop {
 public:
  Loop();
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Runs on the calling thread, which becomes the loop's, until stop().
  void run();
  // Any thread. What is posted afterwards waits for the next run().
  void stop();
  // After the last run(): what is posted and has not run is destroyed, and nothing more is taken,
  // so that whoever waits for an answer from the loop learns that none comes. Any thread.
  void close();
  // Runs until `done` holds or `at_most` has passed; tells whether it holds. For tests.
  bool run_until(const std::function<bool()>& done, Duration at_most = std::chrono::seconds(10));

  // Any thread. Functions run on the loop's thread in the order in which they were posted; those
  // posted while the loop was busy share one wake-up.
  void post(std::function<void()> function);
  [[nodiscard]] LoopHandle handle() const;
  [[nodiscard]] bool on_thread() const;

  // What connections read into, one after the other: valid until the reader's callback returns.
  [[nodiscard]] std::span<char> read_buffer();
  // For adapters that bring an Asio object of their own (the Redis client).
  [[nodiscard]] boost::asio::io_context& io();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// One pending wait on the loop. Destroying it cancels; loop thread only.
class Timer {
 public:
  explicit Timer(Loop& loop);
  ~Timer();
  Timer(const Timer&) = delete;
  Timer& operator=(const Timer&) = delete;

  // Replaces what was pending. The callback may start the timer again or destroy it.
  void start(Duration after, std::function<void()> callback);
  void cancel();
  [[nodiscard]] bool pending() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::net
