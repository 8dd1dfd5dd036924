#include "notification/adapters/node_settings.hpp"

#include <utility>

namespace monarch::notification {

using std::chrono::milliseconds;

void describe(NodeSettings& settings, runtime::Settings& to) {
  to.add("bind", settings.bind, "Where clients connect to");
  to.add_advertised("advertise", settings.advertise,
                    "The address that clients are referred to [default: --bind]");
  to.add_list("auth", settings.auth, "RPC addresses of the auth instances");
  to.add("capacity", settings.capacity,
         "Connections from which on newcomers are referred to other nodes", 1, 1'000'000);
  to.add("connections-max", settings.connections_max,
         "Connections from which on newcomers are closed at once", 1, 2'000'000);
  to.add("commands-per-second", settings.commands_per_second,
         "commands of one client that are acted on; more wait", 1, 1'000'000);
  to.add("commands-burst", settings.commands_burst, "how many may come at once", 1, 1'000'000);
  to.add("switchboards-in-burst", settings.switchboards_in_burst,
         "XFR SB of one client within a minute; the next one is 713", 1, 1'000'000);
  to.add("sign-in-within", settings.sign_in_within, "How long a client may take to sign in",
         milliseconds(100), std::chrono::hours(1));
  to.add("compare-every", settings.compare_every,
         "How often all sessions are compared with what presence knows", milliseconds(200),
         std::chrono::hours(24));
  to.add("download-url", settings.urls.download, "The download address that CVR answers with");
  to.add("info-url", settings.urls.info, "The information address that CVR answers with");
  to.add(
      "mailbox", settings.mailbox,
      "Where a mail system answers mailbox.v1.Mailbox, HOST:PORT, to count unread mail at sign-in; "
      "empty: there is no mail");
  to.add("mailbox-deadline", settings.mailbox_deadline, "How long to wait for its answer",
         milliseconds(100), std::chrono::seconds(30));
  to.check([&settings]() -> Outcome<std::string> {
    if (!settings.mailbox.empty()) {
      auto endpoint = Endpoint::parse(settings.mailbox);
      if (!endpoint.ok()) return fail("--mailbox: " + endpoint.error());
      settings.mailbox_endpoint = std::move(*endpoint);
    }
    settings.auth_endpoints.clear();
    for (const auto& address : settings.auth) {
      auto endpoint = Endpoint::parse(address);
      if (!endpoint.ok()) return fail("--auth: " + endpoint.error());
      settings.auth_endpoints.push_back(std::move(*endpoint));
    }
    if (settings.advertise.host.empty()) {
      settings.advertise = settings.bind;
      const auto usable = check_advertisable(settings.advertise);
      if (!usable.ok()) return fail("--advertise: must be given: " + usable.error());
    }
    if (settings.connections_max < settings.capacity) {
      return fail(std::string("--connections-max: must not be less than --capacity"));
    }
    return Ok{};
  });
}

Settings core_settings(const NodeSettings& settings, const NodeId& node) {
  Settings core;
  core.node = node;
  core.advertised = settings.advertise.to_string();
  core.capacity = static_cast<std::size_t>(settings.capacity);
  core.connections_max = static_cast<std::size_t>(settings.connections_max);
  core.commands_per_second = static_cast<std::uint32_t>(settings.commands_per_second);
  core.commands_burst = static_cast<std::uint32_t>(settings.commands_burst);
  core.switchboards_in_burst = static_cast<std::uint32_t>(settings.switchboards_in_burst);
  core.sign_in_within = std::chrono::duration_cast<milliseconds>(settings.sign_in_within);
  core.compare_every = std::chrono::duration_cast<milliseconds>(settings.compare_every);
  core.urls = settings.urls;
  core.mailbox = settings.mailbox_endpoint.has_value();
  return core;
}

}  // namespace monarch::notification
