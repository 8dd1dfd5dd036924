#include <algorithm>

#include "runtime/settings.hpp"

namespace monarch::runtime {

namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::size_t kNodeIdLengthMax = 64;

// The name goes into keys, channels, labels and logs.
bool is_node_id(std::string_view id) {
  return !id.empty() && id.size() <= kNodeIdLengthMax &&
         std::all_of(id.begin(), id.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
                  c == '_';
         });
}

Outcome<std::string> check_common(CommonSettings& common, bool advertise_given) {
  if (!is_node_id(common.node_id)) {
    return fail("--node-id: \"" + common.node_id +
                "\" is not 1 to 64 of a-z, 0-9, hyphen, dot and underscore");
  }
  // Port 0 is filled in by who listens; then nobody needs the address beforehand.
  if (!advertise_given && common.rpc_bind.port != 0) {
    if (auto good = check_advertisable(common.rpc_bind); !good) {
      return fail("--rpc-advertise: must be given, for --rpc-bind " + good.error());
    }
    common.rpc_advertise = common.rpc_bind;
  }
  if (auto good = check_security(common.security, common.rpc_bind); !good) return good;
  if (common.dead_after < 3 * common.heartbeat_interval) {
    return fail("--dead-after: must be at least three times --heartbeat-interval");
  }
  return Ok{};
}

}  // namespace

void add_security(Settings& settings, SecuritySettings& security) {
  settings.add("tls-ca-file", security.tls.authority,
               "File with the certificate of the cluster's authority; with the next two gRPC is "
               "encrypted and both sides show certificates");
  settings.add("tls-cert-file", security.tls.certificate,
               "File with the certificate of this process; monarchctl certs makes one");
  settings.add("tls-key-file", security.tls.key, "File with its private key");
  settings.add("allow-plaintext", security.allow_plaintext,
               "Speak unencrypted gRPC with other machines too");
  settings.add_secret_file("admin-token-file", security.admin_token,
                           "File with the token that administrative calls must bear where nothing "
                           "is encrypted");
}

void add_common(Settings& settings, CommonSettings& common) {
  settings.add("node-id", common.node_id, "Name of this process in the cluster, unique");
  settings.add("rpc-bind", common.rpc_bind, "Address on which the other services reach this one");
  settings.add_advertised("rpc-advertise", common.rpc_advertise,
                          "The same address as others must dial it [default: --rpc-bind]");
  settings.add("admin-bind", common.admin_bind,
               "Address of the HTTP endpoint with /metrics, /healthz and /readyz");
  settings.add("health-bind", common.health_bind,
               "Address of a plain gRPC port with grpc.health.v1 only, for probes that have no "
               "certificate: \"\" is readiness, \"liveness\" that it lives [default: none]");
  add_security(settings, common.security);
  settings.add_choice("log-level", common.log_level, "What is logged",
                      {"debug", "info", "warn", "error"});
  settings.add_choice("log-format", common.log_format, "How it is logged", {"kv", "json"});
  settings.add("grace-time", common.grace_time, "Bound of a drain; then the process ends anyway",
               milliseconds(0), hours(1));
  settings.add("heartbeat-interval", common.heartbeat_interval,
               "Time between two heartbeats in the registry", milliseconds(10), minutes(1));
  settings.add("dead-after", common.dead_after,
               "A node whose heartbeat stands still for so long is dead", milliseconds(50),
               minutes(10));
  settings.add("redis", common.redis, "Redis server");
  settings.add("redis-user", common.redis_user, "Redis user; none: the default one");
  settings.add_secret_file("redis-password-file", common.redis_password,
                           "File with the password of the Redis user");
  settings.check(
      [&settings, &common] { return check_common(common, settings.given("rpc-advertise")); });
}

}  // namespace monarch::runtime
