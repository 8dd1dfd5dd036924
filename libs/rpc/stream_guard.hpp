// StreamGuard: ends a streaming call as UNAVAILABLE when whoever was to go on with it is dropped
// (the process stops), as Finish does for a unary one. It has one owner, who may hand the reactor
// on with release(). After each of its members the reactor may be gone at any moment. Any thread.
#pragma once

#include <grpcpp/support/status.h>
#include <utility>

#include "rpc/error.hpp"

namespace monarch::rpc {

template <class Reactor>
class StreamGuard {
 public:
  explicit StreamGuard(Reactor* reactor) : reactor_(reactor) {}
  StreamGuard(const StreamGuard&) = delete;
  StreamGuard& operator=(const StreamGuard&) = delete;
  ~StreamGuard() { error(process_ending()); }

  void ok() {
    if (auto* reactor = release()) reactor->Finish(grpc::Status::OK);
  }
  void error(const Error& error) {
    if (auto* reactor = release()) reactor->Finish(to_status(error));
  }
  [[nodiscard]] Reactor* get() const { return reactor_; }
  Reactor* release() { return std::exchange(reactor_, nullptr); }

 private:
  Reactor* reactor_;
};

}  // namespace monarch::rpc
