// monarch-dispatch: refers clients to notification nodes. This file says what the process is made
// of, and nothing else.
#include <chrono>
#include <utility>
#include <vector>

#include "cluster/member.hpp"
#include "dispatch/adapters/dispatch_settings.hpp"
#include "dispatch/adapters/front.hpp"
#include "dispatch/core/node_picker.hpp"
#include "net/heart.hpp"
#include "rpc/process_server.hpp"
#include "runtime/process.hpp"
#include "runtime/secure_random.hpp"

using namespace monarch;

namespace {

std::vector<dispatch::NotificationNode> notification_nodes(const cluster::Registry& registry) {
  std::vector<dispatch::NotificationNode> nodes;
  for (const auto& record : registry.ready("notification")) {
    nodes.push_back({record.id, record.incarnation, record.advertised, record.capacity, record.load,
                     true, record.beat});
  }
  return nodes;
}

}  // namespace

int main(int argc, char** argv) {
  runtime::Process process("dispatch", "refers clients to notification nodes, by load",
                           MONARCH_VERSION);
  dispatch::DispatchSettings settings;
  describe(settings, process.settings());
  if (const auto status = process.start(argc, argv)) return *status;

  auto& loop = process.loop();
  runtime::SecureRandom random;
  const auto core = core_settings(settings);
  dispatch::NodePicker nodes(random);
  dispatch::Front front(loop, process.clock(), core, nodes, settings, process.metrics());

  // Only at the start: without any node we still have an answer for clients, 601.
  auto& knows_nodes = process.health().add("nodes");
  auto nodes_count = process.metrics().gauge("nodes_count", "Notification nodes that are ready");
  auto room_count = process.metrics().gauge(
      "room_count", "Connections that the ready notification nodes still have room for");
  const auto take_in = [&](const cluster::Registry& registry) {
    nodes.update(notification_nodes(registry));
    nodes_count.set(static_cast<double>(nodes.size()));
    room_count.set(static_cast<double>(nodes.room()));
    if (nodes.size() > 0) knows_nodes.set(true);
  };
  cluster::Member member(
      loop, process.clock(), random, process.common(),
      {"dispatch", core.advertised_address, static_cast<std::uint32_t>(settings.connections_max),
       cluster::NeedOfRedis::kAdvisory},
      process.health(), process.metrics(), {.refreshed = [&] { take_in(member.registry()); }});
  rpc::ProcessServer server(process, rpc::Security(process.common().security), "dispatch",
                            [&] { return front.connections(); });
  if (const auto up = server.start({}); !up.ok()) return process.cannot_start(up.error());
  if (const auto open = front.open(settings.bind); !open.ok()) {
    return process.cannot_start(open.error());
  }
  net::Heart heart(loop, std::chrono::seconds(1), [&] { front.tell(); });
  process.on_drain([&] { front.drain([&] { member.leave([&] { process.drained(); }); }); });
  member.start();
  return process.run();
}
