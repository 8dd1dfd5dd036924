#include "rpc/door.hpp"

#include <grpcpp/security/auth_context.h>
#include <grpcpp/server_context.h>
#include <string>
#include <utility>

#include "base/assert.hpp"

namespace monarch::rpc {

namespace {

std::string_view text_of(const grpc_slice& slice) {
  return {reinterpret_cast<const char*>(GRPC_SLICE_START_PTR(slice)), GRPC_SLICE_LENGTH(slice)};
}

// As gRPC calls it, for each call once, streams too.
void judge_call(void* state, grpc_auth_context* context, const grpc_metadata* metadata,
                std::size_t count, grpc_process_auth_metadata_done_cb done, void* call) {
  std::string_view path;
  std::string_view authorization;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string_view key = text_of(metadata[i].key);
    if (key == ":path") path = text_of(metadata[i].value);
    if (key == "authorization") authorization = text_of(metadata[i].value);
  }
  Guard::Names names;
  auto properties = grpc_auth_context_find_properties_by_name(context, GRPC_PEER_DNS_PROPERTY_NAME);
  while (const auto* property = grpc_auth_property_iterator_next(&properties)) {
    names.emplace_back(property->value, property->value_length);
  }
  const auto& guard = *static_cast<std::shared_ptr<Guard>*>(state);
  const auto verdict = guard->decide(path, names, authorization);
  if (verdict) {
    done(call, nullptr, 0, nullptr, 0, GRPC_STATUS_OK, nullptr);
    return;
  }
  const grpc::Status status = to_status(verdict.error());
  done(call, nullptr, 0, nullptr, 0, static_cast<grpc_status_code>(status.error_code()),
       status.error_message().c_str());
}

void dismiss(void* state) { delete static_cast<std::shared_ptr<Guard>*>(state); }

class GuardedCredentials final : public grpc::ServerCredentials {
 public:
  GuardedCredentials(grpc_server_credentials* credentials, std::shared_ptr<Guard> guard)
      : credentials_(credentials) {
    // The server may outlive this object, but not what gRPC destroys by itself.
    grpc_server_credentials_set_auth_metadata_processor(
        credentials_, {judge_call, dismiss, new std::shared_ptr<Guard>(std::move(guard))});
  }
  ~GuardedCredentials() override { grpc_server_credentials_release(credentials_); }
  GuardedCredentials(const GuardedCredentials&) = delete;
  GuardedCredentials& operator=(const GuardedCredentials&) = delete;

  void SetAuthMetadataProcessor(
      const std::shared_ptr<grpc::AuthMetadataProcessor>& /*processor*/) override {
    MONARCH_ASSERT(false);  // ours stands at this door
  }

 private:
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    return grpc_server_add_http2_port(server, address.c_str(), credentials_);
  }

  grpc_server_credentials* credentials_;
};

// Lives as long as its call.
class Auditor final : public grpc::experimental::Interceptor {
 public:
  Auditor(std::shared_ptr<Guard> guard, grpc::experimental::ServerRpcInfo* info)
      : guard_(std::move(guard)), info_(info) {}

  void Intercept(grpc::experimental::InterceptorBatchMethods* methods) override {
    using Point = grpc::experimental::InterceptionHookPoints;
    if (methods->QueryInterceptionHookPoint(Point::PRE_SEND_STATUS)) {
      const auto context = info_->server_context()->auth_context();
      const auto found = context->FindPropertyValues(GRPC_PEER_DNS_PROPERTY_NAME);
      Guard::Names names;
      for (const auto& name : found) names.emplace_back(name.data(), name.size());
      const grpc::Status status = methods->GetSendStatus();
      guard_->ended(info_->method(), names, status.ok() ? "ok" : to_string(to_error(status).code));
    }
    methods->Proceed();
  }

 private:
  std::shared_ptr<Guard> guard_;
  grpc::experimental::ServerRpcInfo* info_;
};

class Auditing final : public grpc::experimental::ServerInterceptorFactoryInterface {
 public:
  explicit Auditing(std::shared_ptr<Guard> guard) : guard_(std::move(guard)) {}

  grpc::experimental::Interceptor* CreateServerInterceptor(
      grpc::experimental::ServerRpcInfo* info) override {
    const Permission* permission = find_permission(info->method());
    if (permission == nullptr || !permission->administrative) return nullptr;
    return new Auditor(guard_, info);  // gRPC's from now on
  }

 private:
  std::shared_ptr<Guard> guard_;
};

}  // namespace

std::shared_ptr<grpc::ServerCredentials> guarded(grpc_server_credentials* credentials,
                                                 std::shared_ptr<Guard> guard) {
  return std::make_shared<GuardedCredentials>(credentials, std::move(guard));
}

std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> audit(
    std::shared_ptr<Guard> guard) {
  return std::make_unique<Auditing>(std::move(guard));
}

}  // namespace monarch::rpc
