#include "rpc/call_times.hpp"

#include <chrono>
#include <grpcpp/support/status.h>
#include <utility>

#include "rpc/error.hpp"
#include "rpc/permissions.hpp"

namespace monarch::rpc {

namespace {

using Point = grpc::experimental::InterceptionHookPoints;

// Methods are few, for only those that a server has get as far as an interceptor, and so are codes.
constexpr std::size_t kPairsMax = 400;

// Lives as long as its call.
class Timer final : public grpc::experimental::Interceptor {
 public:
  Timer(metrics::HistogramFamily seconds, std::string_view method, Point end)
      : seconds_(std::move(seconds)), method_(short_name(method)), end_(end) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    if (methods->QueryInterceptionHookPoint(end_)) {
      const grpc::Status status =
          end_ == Point::PRE_SEND_STATUS ? methods->GetSendStatus() : *methods->GetRecvStatus();
      const auto code = status.ok() ? std::string_view("ok") : to_string(to_error(status).code);
      seconds_.with({method_, code}).observe(std::chrono::steady_clock::now() - begun_);
    }
    methods->Proceed();
  }

 private:
  metrics::HistogramFamily seconds_;
  std::string_view method_;  // the generated code's own text
  const Point end_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

class ServerTiming final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit ServerTiming(metrics::HistogramFamily seconds) : seconds_(std::move(seconds)) {}
  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    if (info->type() != grpc::experimental::ServerRpcInfo::Type::UNARY) return nullptr;
    return new Timer(seconds_, info->method(), Point::PRE_SEND_STATUS);  // gRPC's from now on
  }

 private:
  metrics::HistogramFamily seconds_;
};

class ClientTiming final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit ClientTiming(metrics::HistogramFamily seconds) : seconds_(std::move(seconds)) {}
  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    if (info->type() != grpc::experimental::ClientRpcInfo::Type::UNARY) return nullptr;
    return new Timer(seconds_, info->method(), Point::POST_RECV_STATUS);  // gRPC's from now on
  }

 private:
  metrics::HistogramFamily seconds_;
};

metrics::HistogramFamily call_seconds(metrics::Registry& registry, const char* name,
                                      const char* help) {
  return registry.common().histogram_family(name, help, metrics::seconds_buckets(),
                                            {"method", "code"}, kPairsMax);
}

}  // namespace

metrics::HistogramFamily server_call_seconds(metrics::Registry& registry) {
  return call_seconds(registry, "rpc_server_seconds",
                      "From the arrival of a unary gRPC call to its answer");
}

ChannelOptions measured(ChannelOptions options, metrics::Registry& registry) {
  options.calls = call_seconds(registry, "rpc_client_seconds",
                               "From making a unary gRPC call to its answer, all tries");
  return options;
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> time_server_calls(
    metrics::HistogramFamily seconds) {
  return std::make_unique<ServerTiming>(std::move(seconds));
}

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> time_client_calls(
    metrics::HistogramFamily seconds) {
  return std::make_unique<ClientTiming>(std::move(seconds));
}

}  // namespace monarch::rpc
