// monarch-notification: the sockets of signed-in clients. This file says what the process is made
// of, and nothing else.
#include <chrono>
#include <memory>
#include <optional>

#include "cluster/member.hpp"
#include "net/heart.hpp"
#include "notification/adapters/auth_client.hpp"
#include "notification/adapters/bus_listener.hpp"
#include "notification/adapters/clients.hpp"
#include "notification/adapters/departure.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/adapters/mailbox_client.hpp"
#include "notification/adapters/neighbours.hpp"
#include "notification/adapters/node_metrics.hpp"
#include "notification/adapters/node_settings.hpp"
#include "notification/adapters/presence_links.hpp"
#include "notification/adapters/switchboard_client.hpp"
#include "notification/core/node.hpp"
#include "rpc/process_server.hpp"
#include "runtime/process.hpp"
#include "runtime/secure_random.hpp"

using namespace monarch;

int main(int argc, char** argv) {
  runtime::Process process("notification", "keeps the connections of signed-in clients",
                           MONARCH_VERSION);
  notification::NodeSettings settings;
  describe(settings, process.settings());
  if (const auto status = process.start(argc, argv)) return *status;
  const auto& common = process.common();
  const auto core = core_settings(settings, NodeId(common.node_id));
  auto& loop = process.loop();
  runtime::SecureRandom random;

  const auto auth_channel = rpc::make_channel(settings.auth_endpoints, {common.allow_plaintext});
  if (!auth_channel.ok()) return process.cannot_start("--auth: " + auth_channel.error());

  std::shared_ptr<grpc::Channel> mailbox_channel;
  if (settings.mailbox_endpoint) {
    const auto made = rpc::make_channel({*settings.mailbox_endpoint}, {common.allow_plaintext});
    if (!made.ok()) return process.cannot_start("--mailbox: " + made.error());
    mailbox_channel = *made;
  }

  notification::Clients clients(loop);
  notification::PresenceLinks links(loop, random, common.node_id, {common.allow_plaintext});
  notification::AuthClient auth(loop, *auth_channel, core.ask_timeout);
  notification::SwitchboardClient switchboards(loop, {common.allow_plaintext}, process.metrics());
  notification::Node node(core, clients, links, auth, switchboards, process.clock(), random);
  notification::Driver driver(loop, node, process.clock());
  links.attach(driver);
  auth.attach(driver);
  switchboards.attach(driver);
  std::optional<notification::MailboxClient> mailbox;
  if (mailbox_channel != nullptr) {
    mailbox.emplace(loop, mailbox_channel, settings.mailbox_deadline);
    mailbox->attach(driver);
    node.attach(*mailbox);
  }

  notification::BusListener bus(loop, cluster::redis_settings(common), core.node, driver,
                                process.health());
  notification::Neighbours neighbours(links, switchboards, driver, core.node, process.health(),
                                      process.metrics());
  cluster::Member member(
      loop, process.clock(), random, common,
      {"notification", core.advertised, static_cast<std::uint32_t>(core.capacity)},
      process.health(),
      {.refreshed = [&] { neighbours.follow(member.registry()); },
       .back = [&] { driver.enter([](notification::Node& n) { n.declared_dead(); }); }});
  switchboards.on_none([&] { member.refresh(); });
  rpc::ProcessServer server(
      process, "notification", [&] { return node.connections(); }, core.capacity);
  if (const auto up = server.start({}); !up.ok()) return process.cannot_start(up.error());
  const auto open = clients.open(settings.bind, driver);
  if (!open.ok()) return process.cannot_start(open.error());

  notification::NodeMetrics metrics(process.metrics());
  net::Heart heart(loop, std::chrono::seconds(1), [&] {
    member.set_load(node.connections());
    metrics.update(node);
  });
  notification::Departure departure(
      loop, driver, clients, member, common.heartbeat_interval,
      [&] { return neighbours.has_peers(); }, [&] { process.drained(); });
  process.on_drain([&] { departure.begin(); });
  bus.start();
  member.start();
  return process.run();
}
