// StreamGuard: ends a streaming call as UNAVAILABLE when whoever was to go on with it is dropped
// (the process stops). After each of its members the reactor may be gone at any moment. Any
// thread.
#pragma once

#include <grpcpp/support/status.h>
#include <utility>

#include "auth/adapters/accounts_wire.hpp"

namespace monarch::auth {

template <class Reactor>
class StreamGuard {
 public:
  explicit StreamGuard(Reactor* reactor) : reactor_(reactor) {}
  StreamGuard(const StreamGuard&) = delete;
  StreamGuard& operator=(const StreamGuard&) = delete;
  ~StreamGuard() { error(stopping()); }

  void ok() {
    if (auto* reactor = release()) reactor->Finish(grpc::Status::OK);
  }
  void error(const rpc::Error& error) {
    if (auto* reactor = release()) reactor->Finish(rpc::to_status(error));
  }
  Reactor* release() { return std::exchange(reactor_, nullptr); }

 private:
  Reactor* reactor_;
};

}  // namespace monarch::auth
