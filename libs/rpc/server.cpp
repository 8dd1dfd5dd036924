#include "rpc/server.hpp"

#include <grpc/support/log.h>
#include <grpcpp/grpcpp.h>
#include <grpcpp/health_check_service_interface.h>
#include <mutex>

#include "rpc/call_times.hpp"
#include "rpc/cannot_listen.hpp"
#include "rpc/channel.hpp"
#include "rpc/door.hpp"
#include "runtime/log.hpp"

namespace monarch::rpc {

namespace {

void log_grpc(gpr_log_func_args* entry) {
  static std::mutex mutex;
  static log::RateLimit often(std::chrono::seconds(1));
  const std::lock_guard lock(mutex);
  if (const auto held_back = often.due(std::chrono::steady_clock::now())) {
    log::warn("grpc", {{"text", entry->message}, {"held_back", *held_back}});
  }
}

}  // namespace

void log_through_ours() {
  static std::once_flag once;
  std::call_once(once, [] {
    gpr_set_log_verbosity(GPR_LOG_SEVERITY_ERROR);
    gpr_set_log_function(log_grpc);
  });
}

Result<std::unique_ptr<Server>, std::string> Server::start(
    const ServerOptions& options, const std::vector<grpc::Service*>& services) {
  log_through_ours();
  const std::string shown = options.bind.to_string();
  if (const auto good = options.security.permits(options.bind); !good) {
    return fail("--rpc-bind: " + shown + " " + good.error());
  }
  if (const auto why = cannot_listen(options.bind)) {
    return fail("--rpc-bind: cannot listen on " + shown + ": " + *why);
  }
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  int port = 0;
  const auto guard = options.security.guard(options.refused);
  builder.AddListeningPort(shown, options.security.server_credentials(guard), &port);
  std::vector<std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface>> interceptors;
  interceptors.push_back(audit(guard));
  if (options.calls) interceptors.push_back(time_server_calls(options.calls));
  builder.experimental().SetInterceptorCreators(std::move(interceptors));
  // Two processes that share a port by mistake would each get half of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Clients ping idle streams; see ChannelOptions.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 500);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MAX_PING_STRIKES, 0);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, 20'000);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, 5'000);
  builder.SetMaxReceiveMessageSize(options.message_bytes_max);
  for (auto* service : services) builder.RegisterService(service);
  auto server = builder.BuildAndStart();
  if (!server || port == 0) {
    return fail("--rpc-bind: cannot listen on " + shown);
  }
  std::unique_ptr<Server> result(new Server(std::move(server), static_cast<std::uint16_t>(port)));
  result->set_serving(false);
  return result;
}

Server::Server(std::unique_ptr<grpc::Server> server, std::uint16_t port)
    : server_(std::move(server)), port_(port) {}

Server::~Server() { shut_down(std::chrono::seconds(0)); }

void Server::set_serving(bool serving) {
  if (auto* health = server_->GetHealthCheckService()) health->SetServingStatus(serving);
}

void Server::shut_down(Duration at_most) {
  server_->Shutdown(std::chrono::system_clock::now() +
                    std::chrono::duration_cast<std::chrono::milliseconds>(at_most));
  server_->Wait();
}

}  // namespace monarch::rpc
