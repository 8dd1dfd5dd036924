#include "cluster/member.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::cluster {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kWatchInterval{500};

NodeRecord own_record(const runtime::CommonSettings& common, const Member::Role& role,
                      Random& random) {
  NodeRecord record;
  record.id = NodeId(common.node_id);
  record.incarnation = random.next();
  record.role = role.name;
  record.advertised = role.advertised;
  record.rpc = common.rpc_advertise.to_string();
  record.capacity = role.capacity;
  record.state = NodeState::kDraining;  // until the health checks are well
  return record;
}

RegistrarSettings registrar_settings(const runtime::CommonSettings& common) {
  return {std::chrono::duration_cast<milliseconds>(common.heartbeat_interval),
          std::chrono::duration_cast<milliseconds>(common.dead_after)};
}

stores::RedisSettings measured(stores::RedisSettings settings, metrics::Registry& metrics) {
  settings.round_trips = stores::redis_round_trips(metrics);
  return settings;
}

RegistrySettings registry_settings(const runtime::CommonSettings& common) {
  RegistrySettings settings;
  settings.interval = std::chrono::duration_cast<milliseconds>(common.heartbeat_interval);
  settings.liveness.dead_after = std::chrono::duration_cast<milliseconds>(common.dead_after);
  return settings;
}

}  // namespace

stores::RedisSettings redis_settings(const runtime::CommonSettings& common) {
  stores::RedisSettings settings;
  settings.host = common.redis.host;
  settings.port = common.redis.port;
  settings.user = common.redis_user;
  settings.password = common.redis_password;
  settings.client_name = common.node_id;
  return settings;
}

Member::Member(net::Loop& loop, const Clock& clock, Random& random,
               const runtime::CommonSettings& common, Role role, runtime::Health& health,
               metrics::Registry& metrics, Callbacks callbacks)
    : callbacks_(std::move(callbacks)),
      health_(health),
      redis_ok_(role.redis == NeedOfRedis::kRequired ? health.add("redis")
                                                     : health.add_advisory("redis")),
      metrics_(metrics, clock),
      redis_(loop.io(), measured(redis_settings(common), metrics),
             {[this] {
                log::info("redis_connected");
                redis_ok_.set(true);
                tell_state();
                registrar_.beat_now();
                registry_.refresh();
                if (callbacks_.connected) callbacks_.connected();
              },
              [](const std::string& reason) {
                log::warn("redis_disconnected", {{"reason", reason}});
              }}),
      registrar_(loop.io(), redis_, clock, registrar_settings(common),
                 own_record(common, role, random),
                 {[] { log::error("heartbeat_lost"); },
                  [this] {
                    log::warn("heartbeat_back");
                    if (callbacks_.back) callbacks_.back();
                  }}),
      registry_(loop.io(), redis_, clock, registry_settings(common),
                {[this](const NodeEvent& event) {
                   log::info("node_changed", {{"subject", event.record.id},
                                              {"role", event.record.role},
                                              {"change", to_string(event.change)}});
                   metrics_.changed(event);
                   if (callbacks_.changed) callbacks_.changed(event);
                 },
                 [this] {
                   if (callbacks_.refreshed) callbacks_.refreshed();
                 }}),
      watch_(loop) {}

void Member::start() {
  redis_.start();
  registrar_.start();
  registry_.start();
  health_.on_change([this, here = std::weak_ptr<bool>(here_)](bool /*ready*/) {
    if (!here.expired()) tell_state();
  });
  watch();
}

// At once, not with the next heartbeat: others are waiting for a node that has just become ready,
// and send no more to one that is not. Redis itself does not count: whoever reads the record has
// Redis, and so have we again; a whole cluster that called itself not ready for its first beat
// would turn clients away and drop its streams.
void Member::tell_state() {
  const auto state = health_.ready_apart_from(redis_ok_) ? NodeState::kReady : NodeState::kDraining;
  if (state != registrar_.record().state) registrar_.set_state(state);
}

void Member::set_load(std::size_t load) {
  constexpr std::size_t kMost = std::numeric_limits<std::uint32_t>::max();
  registrar_.set_load(static_cast<std::uint32_t>(std::min(load, kMost)));
}

void Member::leave(std::function<void()> done) {
  watch_.cancel();
  tasks_.spawn(take_leave(std::move(done)));
}

Task<void> Member::take_leave(std::function<void()> done) {
  const auto left = registrar_.leave();
  if (!co_await left) log::warn("registry_not_left");
  done();
}

void Member::watch() {
  const auto health = redis_.health();
  redis_ok_.set(health.ok, health.reason);
  tell_state();
  metrics_.update(redis_, registrar_, registry_);
  watch_.start(kWatchInterval, [this] { watch(); });
}

}  // namespace monarch::cluster
