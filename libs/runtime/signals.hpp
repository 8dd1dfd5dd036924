// Signals: SIGTERM and SIGINT ask for a drain, a second one for an immediate stop; SIGPIPE is
// ignored. One per process, on its loop.
#pragma once

#include <functional>
#include <memory>

#include "net/loop.hpp"

namespace monarch::runtime {

class Signals {
 public:
  Signals(net::Loop& loop, std::function<void()> drain, std::function<void()> stop);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::runtime
