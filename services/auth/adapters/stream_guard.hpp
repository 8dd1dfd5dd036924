// StreamGuard: ends a streaming call as UNAVAILABLE when whoever was to go on with it is dropped
// (the process stops). After release() or finish() the reactor may be gone at any moment. Any
// thread.
#pragma once

#include <utility>

#include "auth/adapters/accounts_wire.hpp"

namespace monarch::auth {

template <class Reactor>
class StreamGuard {
 public:
  explicit StreamGuard(Reactor* reactor) : reactor_(reactor) {}
  StreamGuard(const StreamGuard&) = delete;
  StreamGuard& operator=(const StreamGuard&) = delete;
  ~StreamGuard() { finish(stopping()); }

  void finish(const grpc::Status& status) {
    if (auto* reactor = release()) reactor->Finish(status);
  }
  Reactor* release() { return std::exchange(reactor_, nullptr); }

 private:
  Reactor* reactor_;
};

}  // namespace monarch::auth
