// A unary call whose answer arrives on the loop. Start it on the loop's thread; every call has a
// deadline, so that the answer always comes.
#pragma once

#include <chrono>
#include <functional>
#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>
#include <memory>
#include <utility>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "net/loop.hpp"
#include "rpc/error.hpp"

namespace monarch::rpc {

// The unary method of a generated stub, as in
//   call(loop, *stub->async(), &Auth::StubInterface::async_interface::Verify, request, 2s, done);
template <class Async, class Request, class Reply>
using UnaryMethod = void (Async::*)(grpc::ClientContext*, const Request*, Reply*,
                                    std::function<void(grpc::Status)>);

template <class Reply>
using CallResult = Result<Reply, Error>;

template <class Async, class Request, class Reply>
void call(net::Loop& loop, Async& stub,
          UnaryMethod<std::type_identity_t<Async>, std::type_identity_t<Request>, Reply> method,
          Request request, Duration deadline, std::function<void(CallResult<Reply>)> done);

// The same as something to co_await.
template <class Async, class Request, class Reply>
[[nodiscard]] Eventual<CallResult<Reply>> ask(
    net::Loop& loop, Async& stub,
    UnaryMethod<std::type_identity_t<Async>, std::type_identity_t<Request>, Reply> method,
    Request request, Duration deadline);

}  // namespace monarch::rpc
