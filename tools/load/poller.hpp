// Poller: the one epoll of the load generator. It keeps no objects alive: who is watched
// unregisters itself by closing its descriptor. One thread.
#pragma once

#include "base/clock.hpp"

namespace monarch::load {

// Whoever owns a descriptor that the poller watches.
class Watched {
 public:
  virtual ~Watched() = default;
  virtual void on_event(bool readable, bool writable) = 0;
};

class Poller {
 public:
  Poller();
  ~Poller();
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;

  void watch(int descriptor, Watched& watched, bool writable);
  void change(int descriptor, Watched& watched, bool writable);
  // Waits for events, at most so long, and hands them out. Returns how many there were.
  int poll(Duration at_most);

 private:
  int epoll_;
};

}  // namespace monarch::load
