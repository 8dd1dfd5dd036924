// monarch-presence: rosters, privacy, and who is online where. This file says what the process is
// made of, and nothing else.
#include <chrono>
#include <utility>
#include <vector>

#include "cluster/member.hpp"
#include "net/heart.hpp"
#include "presence/adapters/admin_service.hpp"
#include "presence/adapters/housekeeping.hpp"
#include "presence/adapters/mail_events.hpp"
#include "presence/adapters/postgres_directory_store.hpp"
#include "presence/adapters/postgres_roster_store.hpp"
#include "presence/adapters/presence_settings.hpp"
#include "presence/adapters/redis_bus.hpp"
#include "presence/adapters/redis_online_index.hpp"
#include "presence/adapters/stream_service.hpp"
#include "presence/core/presence.hpp"
#include "rpc/process_server.hpp"
#include "runtime/process.hpp"
#include "runtime/secure_random.hpp"
#include "stores/pool_metrics.hpp"

using namespace monarch;

int main(int argc, char** argv) {
  runtime::Process process("presence", "keeps rosters and tells who is online", MONARCH_VERSION);
  presence::PresenceSettings settings;
  describe(settings, process.settings());
  if (const auto status = process.start(argc, argv)) return *status;

  auto& loop = process.loop();
  const auto& common = process.common();
  runtime::SecureRandom random;
  auto& postgres_ok = process.health().add("postgres");

  stores::PostgresPool pool(loop.io(),
                            pool_settings(settings.postgres, common.node_id, process.metrics()),
                            [](pqxx::connection& connection) {
                              presence::PostgresRosterStore::prepare(connection);
                              presence::PostgresDirectoryStore::prepare(connection);
                            });
  presence::PostgresRosterStore store(pool);
  presence::PostgresDirectoryStore directory(pool);
  presence::Housekeeping* housekeeping = nullptr;
  cluster::Member member(
      loop, process.clock(), random, common, {"presence", "", 0}, process.health(),
      process.metrics(),
      {.changed = [&](const cluster::NodeEvent& event) { housekeeping->node_changed(event); }});
  presence::RedisOnlineIndex index(member.redis(), process.clock(), index_settings(settings));
  presence::RedisBus bus(member.redis(), process.metrics());
  presence::Presence core(store, index, bus, directory, core_settings(settings));
  presence::Housekeeping keeper(loop, core, store, member.registry(), process.metrics());
  housekeeping = &keeper;

  presence::StreamService streams(
      loop, process.metrics(), static_cast<std::size_t>(settings.requests_max),
      [&core](model::Request request) { return core.handle(std::move(request)); });
  presence::AdminService admin(loop, {core, store, index, directory, member.registry()},
                               process.metrics());
  presence::MailEvents mail(loop, core, store, process.metrics());
  rpc::ProcessServer server(process, rpc::Security(common.security), "presence",
                            [&] { return streams.running(); });
  std::vector<grpc::Service*> services{streams.service(), admin.service()};
  if (settings.mail_events) services.push_back(mail.service());
  const auto up = server.start(std::move(services));
  if (!up.ok()) return process.cannot_start(up.error());

  stores::PoolMetrics pool_metrics(process.metrics(),
                                   static_cast<std::size_t>(settings.postgres.connections));
  net::Heart heart(loop, std::chrono::milliseconds(500), [&] {
    const auto health = pool.health();
    postgres_ok.set(health.ok, health.reason);
    member.set_load(streams.running());
    pool_metrics.update(pool.counters());
  });
  process.on_drain([&] {
    member.leave([&] {
      streams.shut_down();
      process.drained();
    });
  });
  member.start();
  keeper.start();
  const int status = process.run();
  // The loop has stopped: calls that wait for it are to end, or the server would wait for them.
  admin.stop();
  mail.stop();
  return status;
}
