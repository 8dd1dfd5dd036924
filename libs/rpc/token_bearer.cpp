#include "rpc/token_bearer.hpp"

#include <utility>

#include "rpc/guard.hpp"
#include "rpc/permissions.hpp"

namespace monarch::rpc {

namespace {

class Bearer final : public grpc::experimental::Interceptor {
 public:
  explicit Bearer(const std::string& authorization) : authorization_(authorization) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using Point = grpc::experimental::InterceptionHookPoints;
    if (methods->QueryInterceptionHookPoint(Point::PRE_SEND_INITIAL_METADATA)) {
      methods->GetSendInitialMetadata()->emplace("authorization", authorization_);
    }
    methods->Proceed();
  }

 private:
  const std::string authorization_;
};

class Bearers final : public grpc::experimental::ClientInterceptorFactoryInterface {
 public:
  explicit Bearers(std::string authorization) : authorization_(std::move(authorization)) {}

  grpc::experimental::Interceptor* CreateClientInterceptor(
      grpc::experimental::ClientRpcInfo* info) override {
    const Permission* permission = find_permission(info->method());
    if (permission == nullptr || !permission->administrative) return nullptr;
    return new Bearer(authorization_);  // gRPC's from now on
  }

 private:
  const std::string authorization_;
};

}  // namespace

std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface> token_bearer(
    std::string token) {
  return std::make_unique<Bearers>(bearer(token));
}

}  // namespace monarch::rpc
