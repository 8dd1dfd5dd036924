// The notification service's own settings as an operator sees them; the defaults are the core's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/endpoint.hpp"
#include "notification/core/settings.hpp"
#include "runtime/settings.hpp"

namespace monarch::notification {

struct NodeSettings {
  Endpoint bind{"127.0.0.1", 1863};
  Endpoint advertise;
  std::vector<std::string> auth{"127.0.0.1:17100"};
  std::vector<Endpoint> auth_endpoints;  // the same, parsed
  // The mail system; empty: none.
  std::string mailbox;
  std::optional<Endpoint> mailbox_endpoint;  // the same, parsed
  Duration mailbox_deadline = std::chrono::seconds(3);
  std::int64_t capacity = 10'000;
  std::int64_t connections_max = 15'000;
  std::int64_t commands_per_second = 20;
  std::int64_t commands_burst = 200;
  std::int64_t switchboards_in_burst = 200;
  Duration sign_in_within = std::chrono::seconds(60);
  Duration compare_every = std::chrono::minutes(2);
  msnp::VersionCheckUrls urls;
};

void describe(NodeSettings& settings, runtime::Settings& to);
// The core's settings from the operator's.
[[nodiscard]] Settings core_settings(const NodeSettings& settings, const NodeId& node);

}  // namespace monarch::notification
