// Interrupts: Ctrl-C and the like as a descriptor to read from, for commands that have to put
// something in order before they end. Made before gRPC starts its threads, which inherit the mask;
// main thread.
#pragma once

#include <csignal>

namespace monarch::ctl {

class Interrupts {
 public:
  Interrupts();
  // What came is read here: unblocking it now would end us without a report.
  ~Interrupts();
  Interrupts(const Interrupts&) = delete;
  Interrupts& operator=(const Interrupts&) = delete;

  // Readable once there was one.
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  sigset_t before_{};
  int descriptor_ = -1;
};

}  // namespace monarch::ctl
