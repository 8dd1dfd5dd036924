// Heart: calls a function every so often, the first time at once. Loop thread only.
#pragma once

#include <functional>
#include <utility>

#include "net/loop.hpp"

namespace monarch::net {

class Heart {
 public:
  Heart(Loop& loop, Duration interval, std::function<void()> beat)
      : timer_(loop), interval_(interval), beat_(std::move(beat)) {
    beat_once();
  }

 private:
  void beat_once() {
    beat_();
    timer_.start(interval_, [this] { beat_once(); });
  }

  Timer timer_;
  Duration interval_;
  std::function<void()> beat_;
};

}  // namespace monarch::net
