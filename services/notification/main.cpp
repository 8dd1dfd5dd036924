// monarch-notification: the sockets of signed-in clients. This file says what the process is made
// of, and nothing else.
#include <chrono>
#include <memory>
#include <optional>

#include "cluster/member.hpp"
#include "net/heart.hpp"
#include "notification/adapters/admin_service.hpp"
#include "notification/adapters/auth_client.hpp"
#include "notification/adapters/bus_listener.hpp"
#include "notification/adapters/clients.hpp"
#include "notification/adapters/departure.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/adapters/mailbox_client.hpp"
#include "notification/adapters/md5.hpp"
#include "notification/adapters/neighbours.hpp"
#include "notification/adapters/node_metrics.hpp"
#include "notification/adapters/node_settings.hpp"
#include "notification/adapters/node_times.hpp"
#include "notification/adapters/outside.hpp"
#include "notification/adapters/presence_links.hpp"
#include "notification/adapters/switchboard_client.hpp"
#include "notification/core/node.hpp"
#include "rpc/call_times.hpp"
#include "rpc/process_server.hpp"
#include "runtime/client_door.hpp"
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

  const rpc::Security security(common.security);
  auto auth_stubs = notification::auth_instances(
      settings.auth_endpoints, rpc::measured(security.to("auth"), process.metrics()));
  if (!auth_stubs.ok()) return process.cannot_start("--auth: " + auth_stubs.error());

  std::shared_ptr<grpc::Channel> mailbox_channel;
  if (settings.mailbox_endpoint) {
    const auto made = rpc::make_channel({*settings.mailbox_endpoint},
                                        rpc::measured(security.to("mailbox"), process.metrics()));
    if (!made.ok()) return process.cannot_start("--mailbox: " + made.error());
    mailbox_channel = *made;
  }

  runtime::ClientDoor door(settings.door, process.metrics());
  notification::Clients clients(loop, door);
  notification::PresenceLinks links(loop, random, common.node_id,
                                    rpc::measured(security.to("presence"), process.metrics()));
  notification::AuthClient auth(loop, *std::move(auth_stubs), core.ask_timeout);
  notification::SwitchboardClient switchboards(
      loop, rpc::measured(security.to("switchboard"), process.metrics()), process.metrics());
  notification::Outside outside(loop, random, settings.doors, settings.urls.info);
  notification::Node node(core, clients, links, auth, switchboards, outside.doors(),
                          &notification::md5_hex, process.clock(), random);
  notification::Driver driver(loop, node, process.clock());
  notification::NodeTimes times(process.metrics(), process.clock());
  node.attach(times);
  links.attach(driver);
  auth.attach(driver);
  switchboards.attach(driver);
  outside.attach(driver);
  std::optional<notification::MailboxClient> mailbox;
  if (mailbox_channel != nullptr) {
    mailbox.emplace(loop, mailbox_channel, settings.mailbox_deadline);
    mailbox->attach(driver);
    node.attach(*mailbox);
  }

  notification::BusListener bus(loop, cluster::redis_settings(common), core.node, driver,
                                process.health(), process.metrics());
  notification::Neighbours neighbours(links, switchboards, driver, core.node, process.health(),
                                      process.metrics());
  cluster::Member member(
      loop, process.clock(), random, common,
      {"notification", core.advertised, static_cast<std::uint32_t>(core.capacity)},
      process.health(), process.metrics(),
      {.refreshed = [&] { neighbours.follow(member.registry()); },
       .back = [&] { driver.enter([](notification::Node& n) { n.declared_dead(); }); }});
  switchboards.on_none([&] { member.refresh(); });
  notification::AdminService admin(loop, driver, core.node);
  rpc::ProcessServer server(
      process, security, "notification", [&] { return node.connections(); }, core.capacity);
  if (const auto up = server.start({admin.service()}); !up.ok())
    return process.cannot_start(up.error());
  const auto open = clients.open(settings.bind, driver);
  if (!open.ok()) return process.cannot_start(open.error());

  notification::NodeMetrics metrics(process.metrics());
  net::Heart heart(loop, std::chrono::seconds(1), [&] {
    member.set_load(node.connections());
    metrics.update(node);
    door.update();
    bus.tell();
  });
  notification::Departure departure({process, driver, clients, member},
                                    static_cast<std::uint32_t>(settings.drain_per_second),
                                    [&] { return neighbours.has_peers(); });
  bus.start();
  member.start();
  const int status = process.run();
  admin.stop();
  return status;
}
