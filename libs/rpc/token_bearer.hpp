// The administrator's token on its way out: a client interceptor that adds it to administrative
// calls, and to no others. Used by make_channel() alone; called on gRPC's threads.
#pragma once

#include <grpcpp/support/client_interceptor.h>
#include <memory>
#include <string>

namespace monarch::rpc {

[[nodiscard]] std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> token_bearer(
    std::string token);

}  // namespace monarch::rpc
