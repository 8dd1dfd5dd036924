#include "load/scenario_parts.hpp"

namespace monarch::load {
namespace {

constexpr std::chrono::milliseconds kCountersWithin{1'500};

}  // namespace

Measured sign_in(const Processes& cluster, const ScenarioOptions& options) {
  const auto setup = crowd_options(cluster, options);
  if (!setup.ok()) return fail(setup.error());
  Crowd crowd(*setup);
  if (auto done = crowd.knock(); !done.ok()) return fail(done.error());
  if (auto done = crowd.befriend(options.contacts); !done.ok()) return fail(done.error());
  // The first ones warm connections, caches and code; they are not counted.
  const std::size_t warm = crowd.size() / 10;
  if (auto done = crowd.sign_in(0, warm, Goal::kOnline); !done.ok()) return fail(done.error());
  settle(crowd, kCountersWithin);

  const auto counted = static_cast<double>(crowd.size() - warm);
  std::vector<double> took;
  took.reserve(crowd.size());
  const auto counters_before = cluster.counters();
  const auto cpu_before = cluster.cpu();
  const auto begun = std::chrono::steady_clock::now();
  if (auto done = crowd.sign_in(warm, crowd.size(), Goal::kOnline, &took); !done.ok()) {
    return fail(done.error());
  }
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - begun;
  const auto cpu = cluster.cpu() - cpu_before;
  // The processes bring their counters up to date once a second.
  settle(crowd, kCountersWithin);
  auto counters = cluster.counters();

  Report report("sign-in" + std::string(options.direct ? ", direct" : ", through dispatch"));
  report.add("sign-ins", counted, "");
  report.add("contacts of each", static_cast<double>(options.contacts), "");
  report.add("at once", static_cast<double>(options.at_once), "");
  report.add("sign-ins per second", counted / elapsed.count(), "1/s");
  report.add("time of one, p50", percentile(took, 0.5), "ms");
  report.add("time of one, p99", percentile(took, 0.99), "ms");
  report.add_cpu("CPU per sign-in", cpu, counted, 1e3, "ms");
  const auto per_sign_in = [&](const std::string& name) {
    const auto before = counters_before.find(name);
    const double past = before == counters_before.end() ? 0 : before->second;
    return (counters[name] - past) / counted;
  };
  report.add("requests to presence per sign-in",
             per_sign_in("monarch_notification_presence_requests_total"), "");
  report.add("verifications per sign-in",
             per_sign_in("monarch_auth_verifications_total{result=\"good\"}"), "");
  return report;
}

}  // namespace monarch::load
