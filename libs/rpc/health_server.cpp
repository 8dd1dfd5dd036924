#include "rpc/health_server.hpp"

#include <chrono>
#include <grpcpp/ext/health_check_service_server_builder_option.h>
#include <grpcpp/grpcpp.h>
#include <utility>

#include "grpc/health/v1/health.grpc.pb.h"
#include "rpc/cannot_listen.hpp"
#include "rpc/finish.hpp"
#include "rpc/server.hpp"

namespace monarch::rpc {

namespace {

namespace v1 = grpc::health::v1;

constexpr int kMessageBytesMax = 1024;
constexpr int kStreamsPerConnectionMax = 16;
constexpr int kConnectionIdleMsMax = 60'000;

class HealthService final : public v1::Health::CallbackService {
 public:
  HealthService(net::Loop& loop, std::function<bool()> ready)
      : loop_(loop.handle()),
        ready_(std::make_shared<const std::function<bool()>>(std::move(ready))) {}

  grpc::ServerUnaryReactor* Check(grpc::CallbackServerContext* context,
                                  const v1::HealthCheckRequest* request,
                                  v1::HealthCheckResponse* reply) override {
    auto* reactor = context->DefaultReactor();
    const bool liveness = request->service() == kLivenessService;
    if (!liveness && !request->service().empty()) {
      reactor->Finish({grpc::StatusCode::NOT_FOUND, "there are the services \"\" and liveness"});
      return reactor;
    }
    // gRPC keeps the reply until the reactor finishes.
    loop_.post([finish = Finish(reactor), reply, liveness, ready = ready_] {
      reply->set_status(liveness || (*ready)() ? v1::HealthCheckResponse::SERVING
                                               : v1::HealthCheckResponse::NOT_SERVING);
      finish.ok();
    });
    return reactor;
  }

 private:
  net::LoopHandle loop_;
  std::shared_ptr<const std::function<bool()>> ready_;
};

}  // namespace

struct HealthServer::Impl {
  Impl(net::Loop& loop, std::function<bool()> ready) : service(loop, std::move(ready)) {}

  HealthService service;
  std::unique_ptr<grpc::Server> server;
  int port = 0;
};

HealthServer::HealthServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Result<std::unique_ptr<HealthServer>, std::string> HealthServer::start(
    net::Loop& loop, const Endpoint& bind, std::function<bool()> ready) {
  log_through_ours();
  const std::string shown = bind.to_string();
  if (const auto why = cannot_listen(bind)) {
    return fail("--health-bind: cannot listen on " + shown + ": " + *why);
  }
  auto impl = std::make_unique<Impl>(loop, std::move(ready));
  grpc::ServerBuilder builder;
  // The one that gRPC would bring answers from its own threads, even when our loop does not turn.
  builder.SetOption(std::make_unique<grpc::HealthCheckServiceServerBuilderOption>(nullptr));
  builder.AddListeningPort(shown, grpc::InsecureServerCredentials(), &impl->port);
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS, kStreamsPerConnectionMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS, kConnectionIdleMsMax);
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.RegisterService(&impl->service);
  impl->server = builder.BuildAndStart();
  if (!impl->server || impl->port == 0) {
    return fail("--health-bind: cannot listen on " + shown);
  }
  return std::unique_ptr<HealthServer>(new HealthServer(std::move(impl)));
}

HealthServer::~HealthServer() {
  // Those under way wait for the loop; they are cancelled, and ended by it or with it.
  impl_->server->Shutdown(std::chrono::system_clock::now());
  impl_->server->Wait();
}

std::uint16_t HealthServer::port() const { return static_cast<std::uint16_t>(impl_->port); }

}  // namespace monarch::rpc
