// The settings and metrics of a listener that clients connect to, the same in every service that
// has one: how much may wait for a client, whether a proxy stands before it, and how many strangers
// one address may send. Used by the settings and the composition root of such a service.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/ip_address.hpp"
#include "net/listener.hpp"
#include "runtime/log.hpp"
#include "runtime/metrics.hpp"
#include "runtime/settings.hpp"

namespace monarch::runtime {

struct ClientDoorSettings {
  std::int64_t queue_bytes_max = 256 * 1024;
  std::string proxy_protocol = "off";
  std::vector<std::string> proxy_from;
  Networks proxies;  // the same, parsed
  Duration proxy_header_within = std::chrono::seconds(5);
};
// --queue-bytes-max, --proxy-protocol, --proxy-from, --proxy-header-within. `door` must outlive the
// parse.
void add_client_door(Settings& settings, ClientDoorSettings& door);

struct StrangerSettings {
  std::int64_t per_address_max = 100;
  std::vector<std::string> exempt;
  Networks networks;  // the same, parsed
};
// --strangers-per-address-max, --strangers-exempt.
void add_strangers(Settings& settings, StrangerSettings& strangers);

// What happens at the door, counted. Lives on the loop, as long as the listener.
class ClientDoor {
 public:
  ClientDoor(const ClientDoorSettings& settings, metrics::Registry& registry);

  // For the listener; they may be changed before it is opened.
  [[nodiscard]] net::ListenerOptions& options() { return options_; }
  // Once per spell of failing accepts: counted, and one line in the log.
  void accept_failed(const std::string& error);
  // Somebody found no place: a line in the log now and then, which names the settings to look at.
  // Whoever keeps the clients counts them.
  void turned_away(const std::string& address, std::string_view check);
  // Now and then.
  void update();

 private:
  net::ListenerOptions options_;
  metrics::Counter accept_failures_;
  metrics::Gauge queued_bytes_;
  metrics::Gauge queued_connections_;
  log::RateLimit turned_away_;
};

}  // namespace monarch::runtime
