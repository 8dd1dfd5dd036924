// The door of a gRPC server and the guard at it: credentials whose every call the guard judges
// before the method is looked up, and the audit of administrative calls when they end. Used by
// rpc::Server alone; called on gRPC's threads.
#pragma once

#include <grpc/grpc_security.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/support/server_interceptor.h>
#include <memory>

#include "rpc/guard.hpp"

namespace monarch::rpc {

// Takes `credentials` over. gRPC's own C++ credentials let nobody look at the calls of plain
// connections; its C interface does, so this speaks that.
[[nodiscard]] std::shared_ptr<grpc::ServerCredentials> guarded(grpc_server_credentials* credentials,
                                                               std::shared_ptr<Guard> guard);

[[nodiscard]] std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> audit(
    std::shared_ptr<Guard> guard);

}  // namespace monarch::rpc
