// CallTimes: how long unary calls take, by method and result, measured by gRPC's interceptors where
// they leave (client) and where they are answered (server). Streams are not calls that take a time;
// what travels on them is measured by whoever puts it there. Called on gRPC's threads.
#pragma once

#include <grpcpp/support/client_interceptor.h>
#include <grpcpp/support/server_interceptor.h>
#include <memory>

#include "rpc/channel.hpp"
#include "runtime/metrics.hpp"

namespace monarch::rpc {

// monarch_rpc_server_seconds and monarch_rpc_client_seconds: method "Auth/Verify", code "ok" or one
// of rpc::Code.
[[nodiscard]] metrics::HistogramFamily server_call_seconds(metrics::Registry& registry);
// The same options, for a channel whose calls are measured.
[[nodiscard]] ChannelOptions measured(ChannelOptions options, metrics::Registry& registry);

[[nodiscard]] std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>
time_server_calls(metrics::HistogramFamily seconds);
[[nodiscard]] std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>
time_client_calls(metrics::HistogramFamily seconds);

}  // namespace monarch::rpc
