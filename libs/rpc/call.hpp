// A unary call whose answer arrives on the loop. Start it on the loop's thread; every call has a
// deadline, so that the answer always comes.
#pragma once

#include <chrono>
#include <functional>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>
#include <memory>
#include <type_traits>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "net/loop.hpp"
#include "rpc/error.hpp"

namespace monarch::rpc {

// The unary method of a generated stub, as in
//   using Async = class Auth::Stub::async;  // "class": a function bears the same name
//   call(loop, *stub->async(), &Async::Verify, request, deadline, done);
template <class Async, class Request, class Reply>
using UnaryMethod = void (Async::*)(grpc::ClientContext*, const Request*, Reply*,
                                    std::function<void(grpc::Status)>);

template <class Reply>
using CallResult = Result<Reply, Error>;

template <class Async, class Request, class Reply>
void call(net::Loop& loop, std::type_identity_t<Async>& stub,
          UnaryMethod<Async, Request, Reply> method, std::type_identity_t<Request> request,
          Duration deadline, std::type_identity_t<std::function<void(CallResult<Reply>)>> done) {
  struct Pending {
    grpc::ClientContext context;
    Request request;
    Reply reply;
    std::function<void(CallResult<Reply>)> done;
  };
  auto pending = std::make_shared<Pending>();
  pending->request = std::move(request);
  pending->done = std::move(done);
  // gRPC counts deadlines in wall time; ours is a time from now on.
  pending->context.set_deadline(std::chrono::system_clock::now() +
                                std::chrono::duration_cast<std::chrono::microseconds>(deadline));
  (stub.*method)(&pending->context, &pending->request, &pending->reply,
                 [pending, handle = loop.handle()](const grpc::Status& status) {
                   handle.post([pending, status] {
                     if (status.ok()) {
                       pending->done(std::move(pending->reply));
                     } else {
                       pending->done(fail(to_error(status)));
                     }
                   });
                 });
}

// The same as something to co_await.
template <class Async, class Request, class Reply>
[[nodiscard]] Eventual<CallResult<Reply>> ask(net::Loop& loop, std::type_identity_t<Async>& stub,
                                              UnaryMethod<Async, Request, Reply> method,
                                              std::type_identity_t<Request> request,
                                              Duration deadline) {
  Eventual<CallResult<Reply>> eventual;
  call(loop, stub, method, std::move(request), deadline,
       [eventual](CallResult<Reply> result) { eventual.set(std::move(result)); });
  return eventual;
}

}  // namespace monarch::rpc
