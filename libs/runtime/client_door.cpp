#include "runtime/client_door.hpp"

#include <chrono>
#include <utility>

#include "runtime/log.hpp"

namespace monarch::runtime {

namespace {

// "--some-list: "x" is no address …"
Outcome<std::string> read_networks(const char* setting, const std::vector<std::string>& texts,
                                   Networks& networks) {
  auto parsed = Networks::parse(texts);
  if (!parsed.ok()) {
    return fail(std::string("--") + setting + ": \"" + parsed.error() +
                "\" is no address or network such as 10.0.0.0/8");
  }
  networks = *std::move(parsed);
  return Ok{};
}

}  // namespace

void add_client_door(Settings& settings, ClientDoorSettings& door) {
  settings.add("queue-bytes-max", door.queue_bytes_max,
               "Bytes that may wait for a client who does not read; more close his connection",
               4096, 64 * 1024 * 1024);
  settings.add_choice("proxy-protocol", door.proxy_protocol,
                      "Whether each connection begins with a PROXY header (version 1 or 2) that "
                      "says who is behind the proxy",
                      {"off", "required"});
  settings.add_list("proxy-from", door.proxy_from,
                    "With --proxy-protocol required: the addresses and networks (10.0.0.0/8) of "
                    "the proxies; connections from elsewhere are closed");
  settings.add("proxy-header-within", door.proxy_header_within,
               "How long a proxy may take to say whom it carries", std::chrono::milliseconds(100),
               std::chrono::minutes(1));
  settings.check([&door]() -> Outcome<std::string> {
    if (auto read = read_networks("proxy-from", door.proxy_from, door.proxies); !read) return read;
    const bool required = door.proxy_protocol == "required";
    if (required && door.proxies.empty()) {
      return fail(std::string("--proxy-from: must be given with --proxy-protocol required"));
    }
    // Else whoever set it would believe in a protection that is not there.
    if (!required && !door.proxies.empty()) {
      return fail(std::string("--proxy-from: means nothing without --proxy-protocol required"));
    }
    return Ok{};
  });
}

void add_strangers(Settings& settings, StrangerSettings& strangers) {
  settings.add("strangers-per-address-max", strangers.per_address_max,
               "Connections of one address on which nobody has signed in yet; more are closed at "
               "once",
               1, 1'000'000);
  settings.add_list("strangers-exempt", strangers.exempt,
                    "Addresses and networks (10.0.0.0/8) that --strangers-per-address-max does not "
                    "bind, such as a LAN behind one address");
  settings.check([&strangers] {
    return read_networks("strangers-exempt", strangers.exempt, strangers.networks);
  });
}

ClientDoor::ClientDoor(const ClientDoorSettings& settings, metrics::Registry& registry)
    : accept_failures_(registry.counter(
          "accept_failures_total",
          "Spells in which no connection could be accepted: out of descriptors or memory")),
      queued_bytes_(registry.gauge("queued_bytes", "Bytes that wait for clients to read")),
      queued_connections_(
          registry.gauge("queued_connections_count", "Clients for whom anything waits")) {
  options_.connection.write_queue_bytes_max = static_cast<std::size_t>(settings.queue_bytes_max);
  options_.connection.output = std::make_shared<net::OutputTotals>();
  options_.proxy.required = settings.proxy_protocol == "required";
  options_.proxy.from = settings.proxies;
  options_.proxy.within = settings.proxy_header_within;
  auto refusals = registry.counter_family(
      "proxy_refusals_total", "Connections closed for want of a PROXY header, by reason",
      {"reason"}, net::kProxyRefusals + 1);
  std::vector<metrics::Counter> counters;
  for (std::size_t i = 0; i < net::kProxyRefusals; ++i) {
    counters.push_back(refusals.with(to_string(static_cast<net::ProxyRefusal>(i))));
  }
  options_.proxy.refused = [counters = std::move(counters),
                            often = log::RateLimit()](net::ProxyRefusal why) mutable {
    counters.at(static_cast<std::size_t>(why)).add();
    // Most likely a proxy that is not set up to send the header, or is not named.
    if (const auto held_back = often.due(std::chrono::steady_clock::now())) {
      log::warn("proxy_header_refused", {{"reason", to_string(why)},
                                         {"check", "proxy-from, and that the proxy sends it"},
                                         {"held_back", *held_back}});
    }
  };
}

void ClientDoor::accept_failed(const std::string& error) {
  accept_failures_.add();
  log::error("accept_failed", {{"error", error}});
}

void ClientDoor::turned_away(const std::string& address, std::string_view check) {
  // Many at once, most likely; whose address it is tells a router from an attacker.
  if (const auto held_back = turned_away_.due(std::chrono::steady_clock::now())) {
    log::warn("connection_refused",
              {{"address", address}, {"check", check}, {"held_back", *held_back}});
  }
}

void ClientDoor::update() {
  queued_bytes_.set(static_cast<double>(options_.connection.output->bytes));
  queued_connections_.set(static_cast<double>(options_.connection.output->connections));
}

}  // namespace monarch::runtime
