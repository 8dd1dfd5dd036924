#include "load/scenario_parts.hpp"

namespace monarch::load {
namespace {

constexpr double kKilo = 1e3;

}  // namespace

Measured idle(const Processes& cluster, const ScenarioOptions& options) {
  const auto setup = crowd_options(cluster, options);
  if (!setup.ok()) return fail(setup.error());
  Crowd crowd(*setup);
  if (auto done = crowd.knock(); !done.ok()) return fail(done.error());
  if (auto done = crowd.befriend(options.contacts); !done.ok()) return fail(done.error());
  settle(crowd, std::chrono::seconds(2));

  const std::size_t first = crowd.size() / 5;
  const auto resident = [&](const char* role) {
    return static_cast<double>(cluster.resident(role));
  };
  const double before = resident("notification");
  const double presence_before = resident("presence");
  if (auto done = crowd.sign_in(0, first, Goal::kOnline); !done.ok()) return fail(done.error());
  settle(crowd, std::chrono::seconds(2));
  const double between = resident("notification");
  if (auto done = crowd.sign_in(first, crowd.size(), Goal::kOnline); !done.ok()) {
    return fail(done.error());
  }
  settle(crowd, std::chrono::seconds(2));
  const double after = resident("notification");
  const auto all = static_cast<double>(crowd.size());
  const auto rest = static_cast<double>(crowd.size() - first);

  const auto cpu_before = cluster.cpu();
  settle(crowd,
         std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds)));
  const auto cpu = cluster.cpu() - cpu_before;

  Report report("idle");
  report.add("sessions", all, "");
  report.add("contacts of each", static_cast<double>(options.contacts), "");
  report.add("notification, resident before", before / kKilo, "kB");
  report.add("notification, resident with all", after / kKilo, "kB");
  report.add("notification, per session", (after - before) / all / kKilo, "kB");
  report.add("notification, per session after the first fifth", (after - between) / rest / kKilo,
             "kB");
  report.add("presence, per session", (resident("presence") - presence_before) / all / kKilo, "kB");
  report.add_cpu("CPU of idling", cpu, options.seconds, 1e3, "ms/s");
  if (!crowd.error().empty()) return fail("while idling: " + crowd.error());
  return report;
}

}  // namespace monarch::load
