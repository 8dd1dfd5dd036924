// monarch-switchboard: conversations. This file says what the process is made of, and nothing else.
#include <chrono>

#include "cluster/member.hpp"
#include "net/heart.hpp"
#include "rpc/call_times.hpp"
#include "rpc/process_server.hpp"
#include "runtime/client_door.hpp"
#include "runtime/process.hpp"
#include "runtime/secure_random.hpp"
#include "switchboard/adapters/clients.hpp"
#include "switchboard/adapters/departure.hpp"
#include "switchboard/adapters/driver.hpp"
#include "switchboard/adapters/exchange_metrics.hpp"
#include "switchboard/adapters/presence_caller.hpp"
#include "switchboard/adapters/reserve_service.hpp"
#include "switchboard/adapters/switchboard_settings.hpp"
#include "switchboard/core/exchange.hpp"

using namespace monarch;

int main(int argc, char** argv) {
  runtime::Process process("switchboard", "carries the conversations", MONARCH_VERSION);
  switchboard::SwitchboardSettings settings;
  describe(settings, process.settings());
  if (const auto status = process.start(argc, argv)) return *status;
  const auto& common = process.common();
  const auto core = core_settings(settings);
  auto& loop = process.loop();
  runtime::SecureRandom random;

  const rpc::Security security(common.security);
  runtime::ClientDoor door(settings.door, process.metrics());
  switchboard::Clients clients(loop, door);
  switchboard::PresenceCaller presence(loop, random, common.node_id,
                                       rpc::measured(security.to("presence"), process.metrics()));
  switchboard::Exchange exchange(core, clients, presence, process.clock(), random);
  switchboard::Driver driver(loop, exchange, process.clock());
  presence.attach(driver);

  cluster::Member member(
      loop, process.clock(), random, common,
      {"switchboard", core.advertised, static_cast<std::uint32_t>(core.connections_max),
       cluster::NeedOfRedis::kAdvisory},
      process.health(), process.metrics(),
      {.refreshed = [&] { presence.set_instances(member.registry().ready("presence")); }});
  switchboard::ReserveService reserve(loop, driver, core.advertised);
  rpc::ProcessServer server(
      process, security, "switchboard", [&] { return exchange.connections(); },
      core.connections_max);
  const auto up = server.start({reserve.service()});
  if (!up.ok()) return process.cannot_start(up.error());
  const auto open = clients.open(settings.bind, driver);
  if (!open.ok()) return process.cannot_start(open.error());

  switchboard::ExchangeMetrics metrics(process.metrics());
  // Only at the start: without presence a CAL gets 217, and all else goes on
  // (ARCHITECTURE.md#rule-11).
  auto& presence_ok = process.health().add("presence");
  presence.on_up([&] { presence_ok.set(true); });
  net::Heart heart(loop, std::chrono::seconds(1), [&] {
    member.set_load(exchange.connections());
    metrics.update(exchange);
    door.update();
  });
  switchboard::Departure departure({process, driver, clients, member});
  member.start();
  return process.run();
}
