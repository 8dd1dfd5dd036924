#include "dispatch/adapters/dispatch_settings.hpp"

namespace monarch::dispatch {

void describe(DispatchSettings& settings, runtime::Settings& to) {
  to.add("bind", settings.bind, "Where clients connect to");
  to.add_advertised("advertise", settings.advertise,
                    "The address that MSNP7 clients are told as ours [default: --bind]");
  to.add("connections-max", settings.connections_max,
         "Clients at a time; more are turned away at once", 1, 1'000'000);
  to.add("sign-in-within", settings.sign_in_within, "How long a client may take to be referred",
         std::chrono::milliseconds(100), std::chrono::hours(1));
  to.add("download-url", settings.urls.download, "The download address that CVQ answers with");
  to.add("info-url", settings.urls.info, "The information address that CVQ answers with");
  runtime::add_client_door(to, settings.door);
  runtime::add_strangers(to, settings.strangers);
  to.check([&settings]() -> Outcome<std::string> {
    if (!settings.advertise.host.empty()) return Ok{};
    settings.advertise = settings.bind;
    const auto usable = check_advertisable(settings.advertise);
    if (!usable.ok()) return fail("--advertise: must be given: " + usable.error());
    return Ok{};
  });
}

Settings core_settings(const DispatchSettings& settings) {
  Settings core;
  core.login_timeout = settings.sign_in_within;
  core.advertised_address = settings.advertise.to_string();
  core.opening.urls = settings.urls;
  return core;
}

}  // namespace monarch::dispatch
