#include "rpc/process_server.hpp"

#include <absl/synchronization/mutex.h>
#include <chrono>
#include <utility>

#include "rpc/call_times.hpp"

namespace monarch::rpc {
namespace {

NodeHooks hooks(runtime::Process& process, std::string role, std::function<std::size_t()> load,
                std::size_t capacity) {
  NodeHooks hooks;
  hooks.report = [&process, role = std::move(role), load = std::move(load), capacity] {
    NodeReport report;
    report.node = process.common().node_id;
    report.role = role;
    report.version = process.version();
    report.ready = process.health().ready();
    report.draining = process.draining();
    report.load = load();
    report.capacity = capacity;
    return report;
  };
  hooks.drain = [&process](std::uint32_t per_second, Duration within) {
    process.drain({.per_second = per_second, .within = within});
  };
  return hooks;
}

}  // namespace

ProcessServer::ProcessServer(runtime::Process& process, Security security, std::string role,
                             std::function<std::size_t()> load, std::size_t capacity)
    : process_(process),
      security_(std::move(security)),
      admin_(process.loop(), hooks(process, std::move(role), std::move(load), capacity)) {
  // Debian builds Abseil with asserts on; gRPC's mutexes would then record in which order they are
  // locked, at each lock and under one lock for all. That is for those who debug gRPC.
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

ProcessServer::~ProcessServer() { shut_down(); }

Outcome<std::string> ProcessServer::start(std::vector<grpc::Service*> services) {
  services.push_back(admin_.service());
  auto& metrics = process_.metrics();
  const auto refused =
      metrics.common().counter("rpc_refused_total", "gRPC calls whose caller may not make them");
  auto server = Server::start(
      {process_.common().rpc_bind, security_, refused, server_call_seconds(metrics)}, services);
  if (!server.ok()) return fail(server.error());
  server_ = std::move(*server);
  if (const Endpoint& bind = process_.common().health_bind; !bind.host.empty()) {
    auto health =
        HealthServer::start(process_.loop(), bind, [this] { return process_.health().ready(); });
    if (!health.ok()) return fail(health.error());
    health_ = std::move(*health);
  }
  process_.health().on_change([this](bool ready) {
    if (server_) server_->set_serving(ready);
  });
  return Ok{};
}

void ProcessServer::shut_down() {
  health_.reset();
  if (!server_) return;
  server_->shut_down(std::chrono::seconds(1));
  server_.reset();
}

}  // namespace monarch::rpc
