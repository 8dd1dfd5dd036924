// Finish: ends a unary call that is answered later, on the loop or a worker. Copies share one call;
// when the last goes without having ended it, it ends as UNAVAILABLE, so that a server that shuts
// down never waits for an answer that nobody gives. Any thread, one at a time.
#pragma once

#include <grpcpp/support/server_callback.h>
#include <memory>
#include <utility>

#include "rpc/error.hpp"

namespace monarch::rpc {

class Finish {
 public:
  explicit Finish(grpc::ServerUnaryReactor* reactor) : state_(std::make_shared<State>(reactor)) {}

  void ok() const { state_->end(grpc::Status::OK); }
  void error(const Error& error) const { state_->end(to_status(error)); }

 private:
  struct State {
    explicit State(grpc::ServerUnaryReactor* its_reactor) : reactor(its_reactor) {}
    State(const State&) = delete;
    State& operator=(const State&) = delete;
    ~State() { end(to_status(process_ending())); }
    void end(const grpc::Status& status) {
      if (auto* open = std::exchange(reactor, nullptr)) open->Finish(status);
    }
    grpc::ServerUnaryReactor* reactor;
  };
  std::shared_ptr<State> state_;
};

}  // namespace monarch::rpc
