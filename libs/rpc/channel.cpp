#include "rpc/channel.hpp"

#include <algorithm>
#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include "base/assert.hpp"
#include "rpc/anchor.hpp"
#include "rpc/call_times.hpp"
#include "rpc/server.hpp"
#include "rpc/token_bearer.hpp"
#include "runtime/security_settings.hpp"

namespace monarch::rpc {

namespace {

int milliseconds_of(Duration duration) {
  return static_cast<int>(std::chrono::duration_cast<std::chrono::milliseconds>(duration).count());
}

// Calls that failed before the server saw them, or that it declined, are tried again; each call's
// deadline bounds the whole.
std::string service_config(int attempts_max) {
  std::string config = R"({"loadBalancingConfig":[{"round_robin":{}}])";
  if (attempts_max > 1) {
    config += R"(,"methodConfig":[{"name":[{}],"retryPolicy":{"maxAttempts":)" +
              std::to_string(std::min(attempts_max, 5)) +
              R"(,"initialBackoff":"0.05s","maxBackoff":"1s","backoffMultiplier":2,)" +
              R"("retryableStatusCodes":["UNAVAILABLE"]}}])";
  }
  return config + "}";
}

// Several addresses make one target; names are resolved one by one, so there is one name at most.
Result<std::string, std::string> target_of(const std::vector<Endpoint>& servers) {
  if (servers.empty()) return fail(std::string("no server to connect to"));
  std::string target = "ipv4:";
  for (const Endpoint& server : servers) {
    const std::string host = server.host == "localhost" ? "127.0.0.1" : server.host;
    if (!is_ipv4_literal(host)) {
      if (servers.size() == 1) return "dns:///" + server.to_string();
      return fail(server.to_string() +
                  " is a name; of several servers each must be an IPv4 address");
    }
    if (target.back() != ':') target += ',';
    target += host + ":" + std::to_string(server.port);
  }
  return target;
}

}  // namespace

Result<std::shared_ptr<grpc::Channel>, std::string> make_channel(
    const std::vector<Endpoint>& servers, const ChannelOptions& options) {
  log_through_ours();
  hold_callback_threads();
  for (const Endpoint& server : servers) {
    if (const auto good = options.security.permits(server); !good) {
      return fail(server.to_string() + " " + good.error());
    }
  }
  auto target = target_of(servers);
  if (!target) return fail(target.error());
  grpc::ChannelArguments arguments;
  arguments.SetServiceConfigJSON(service_config(options.attempts_max));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, milliseconds_of(options.keepalive_time));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, milliseconds_of(options.keepalive_timeout));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, 50);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, 200);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, 2000);
  // Each channel has connections of its own: equal settings would share them otherwise, and with
  // them the fate of a stream.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  // Nothing in a cluster goes through a web proxy.
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  const Security& security = options.security;
  if (security.encrypted()) {
    MONARCH_ASSERT(!options.server_role.empty());
    // A node proves its role and not its address: addresses change, and a node of another role must
    // not stand in for one that knows passwords.
    arguments.SetSslTargetNameOverride(runtime::certificate_name(options.server_role));
  }
  std::vector<std::unique_ptr<grpc::experimental::ClientInterceptorFactoryInterface>> interceptors;
  if (!security.admin_token().empty()) {
    interceptors.push_back(token_bearer(security.admin_token()));
  }
  if (options.calls) interceptors.push_back(time_client_calls(options.calls));
  return grpc::experimental::CreateCustomChannelWithInterceptors(
      *target, security.channel_credentials(), arguments, std::move(interceptors));
}

}  // namespace monarch::rpc
