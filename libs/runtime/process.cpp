#include "runtime/process.hpp"

#include <cstdio>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::runtime {

namespace {
constexpr int kExitStopped = 1;
constexpr int kExitSettings = 2;
}  // namespace

Process::Process(const std::string& service, const std::string& description,
                 const std::string& version)
    : settings_("monarch-" + service, description, version),
      service_(service),
      version_(version),
      metrics_(service),
      not_draining_(health_.add("not-draining")),
      grace_(loop_) {
  common_.node_id = service + "-1";
  common_.security.role = service;
  add_common(settings_, common_);
}

Process::~Process() = default;

std::optional<int> Process::start(int argc, const char* const* argv) {
  if (const auto exit = settings_.parse(argc, argv)) {
    std::fputs(exit->out.c_str(), stdout);
    if (!exit->error.empty()) std::fprintf(stderr, "%s\n", exit->error.c_str());
    return exit->status;
  }
  log::set_up(log::parse_level(common_.log_level).value_or(log::Level::kInfo),
              common_.log_format == "json" ? log::Format::kJson : log::Format::kKeyValue,
              common_.node_id);
  metrics_.add_process_metrics(version_);
  tell_state();
  auto admin = AdminServer::open(loop_, common_.admin_bind, metrics_, health_);
  if (!admin) return cannot_start("--admin-bind: " + admin.error());
  admin_ = std::move(admin).value();
  signals_ = std::make_unique<Signals>(
      loop_, [this] { drain(); },
      [this] {
        status_ = kExitStopped;
        loop_.stop();
      });
  not_draining_.set(true);
  log::info("starting",
            {{"service", service_}, {"version", version_}, {"admin_port", admin_->port()}});
  if (common_.security.tls.given()) {
    certificate_ = std::make_unique<CertificateWatch>(loop_, metrics_, common_.security);
  }
  return std::nullopt;
}

// What an operator sees of a node, and what a drain that does not end is told by.
void Process::tell_state() {
  auto states = metrics_.common().gauge_family(
      "node_state", "1 for the state that the process is in: ready, not ready, draining",
      {"state"});
  metrics_.on_collect([this, ready = states.with("ready"), unready = states.with("unready"),
                       draining = states.with("draining")]() mutable {
    const bool is_ready = health_.ready();
    ready.set(!draining_ && is_ready ? 1 : 0);
    unready.set(!draining_ && !is_ready ? 1 : 0);
    draining.set(draining_ ? 1 : 0);
  });
}

int Process::cannot_start(const std::string& error) {
  std::fprintf(stderr, "cannot start: %s\n", error.c_str());
  return kExitSettings;
}

void Process::on_drain(std::function<void()> callback) { drains_.push_back(std::move(callback)); }

void Process::on_hurry(std::function<void()> callback) { hurries_.push_back(std::move(callback)); }

void Process::drained() {
  if (drains_left_ > 0 && --drains_left_ > 0) return;
  loop_.stop();
}

void Process::drain(DrainOrder order) {
  if (order.within <= Duration()) order.within = common_.grace_time;
  const TimePoint ends_at = clock_.now() + order.within;
  if (draining_ && ends_at >= ends_at_) return;
  const bool hurrying = std::exchange(draining_, true);
  order_ = order;
  ends_at_ = ends_at;
  log::info(hurrying ? "drain_hurried" : "draining",
            {{"within", order.within}, {"per_second", order.per_second}});
  grace_.start(order.within, [this] {
    log::warn("grace_time_over", {{"unfinished", drains_left_}});
    loop_.stop();
  });
  if (hurrying) {
    for (const auto& callback : hurries_) callback();
    return;
  }
  not_draining_.set(false, "draining");
  if (drains_.empty()) {
    loop_.stop();
    return;
  }
  drains_left_ = drains_.size();
  // One may be done at once: the count must stand before.
  for (const auto& callback : drains_) callback();
}

int Process::run() {
  loop_.run();
  loop_.close();
  log::info("stopped", {{"status", status_}});
  return status_;
}

}  // namespace monarch::runtime
