// Process: what each main.cpp is built on: settings, log, loop, metrics, admin endpoint, signals,
// drain, exit status. One per process; made and run on the main thread, which is the loop's.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "net/loop.hpp"
#include "runtime/admin_server.hpp"
#include "runtime/certificate_watch.hpp"
#include "runtime/health.hpp"
#include "runtime/metrics.hpp"
#include "runtime/settings.hpp"
#include "runtime/signals.hpp"

namespace monarch::runtime {

// How the process is to end: by a signal, or as an administrator has asked by NodeAdmin.
struct DrainOrder {
  std::uint32_t per_second = 0;  // people sent away per second; 0: the service's own pace
  Duration within{};             // bound of the whole drain; 0: --grace-time
};

class Process {
 public:
  // `service` as in metrics and the default node id: "notification".
  Process(const std::string& service, const std::string& description, const std::string& version);
  ~Process();

  // Describe the service's own settings here before start().
  [[nodiscard]] Settings& settings() { return settings_; }
  [[nodiscard]] const CommonSettings& common() const { return common_; }

  // Reads the settings, sets up log, metrics, admin endpoint and signals. A value is the exit
  // status to return at once; what there was to say has been said.
  [[nodiscard]] std::optional<int> start(int argc, const char* const* argv);
  // Says why the process cannot start, in one line, and yields the exit status: 2 for a setting.
  [[nodiscard]] static int cannot_start(const std::string& error);

  [[nodiscard]] net::Loop& loop() { return loop_; }
  [[nodiscard]] metrics::Registry& metrics() { return metrics_; }
  [[nodiscard]] Health& health() { return health_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] const std::string& version() const { return version_; }

  // Called once when the process is to end (signal, NodeAdmin): stop taking in, see off those who
  // are here, then call drained(). Without a callback the process ends at once. Several may be
  // registered; each must then call drained().
  void on_drain(std::function<void()> callback);
  // Called when a drain under way is told to end sooner than drain_order() said before.
  void on_hurry(std::function<void()> callback);
  void drained();
  // Begins the drain; loop thread. Once more only hurries it, if the new order ends sooner: a
  // signal after a drain that an administrator has given much time.
  void drain(DrainOrder order = {});
  [[nodiscard]] bool draining() const { return draining_; }
  // Of the drain under way, `within` filled in.
  [[nodiscard]] const DrainOrder& drain_order() const { return order_; }

  // Runs the loop until drained. 0: drained, or the grace time ran out; 1: told to stop at once.
  [[nodiscard]] int run();

 private:
  void tell_state();

  SystemClock clock_;
  CommonSettings common_;
  Settings settings_;
  std::string service_;
  std::string version_;
  net::Loop loop_;
  metrics::Registry metrics_;
  Health health_;
  Health::Check& not_draining_;
  std::unique_ptr<AdminServer> admin_;
  std::unique_ptr<CertificateWatch> certificate_;
  std::unique_ptr<Signals> signals_;
  net::Timer grace_;
  std::vector<std::function<void()>> drains_;
  std::vector<std::function<void()>> hurries_;
  DrainOrder order_;
  TimePoint ends_at_{};  // of the drain
  std::size_t drains_left_ = 0;
  bool draining_ = false;
  int status_ = 0;
};

}  // namespace monarch::runtime
