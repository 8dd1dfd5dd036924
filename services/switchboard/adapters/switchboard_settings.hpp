// The switchboard service's own settings as an operator sees them; the defaults are the core's.
#pragma once

#include <cstdint>

#include "base/endpoint.hpp"
#include "runtime/client_door.hpp"
#include "runtime/settings.hpp"
#include "switchboard/core/settings.hpp"

namespace monarch::switchboard {

struct SwitchboardSettings {
  Endpoint bind{"127.0.0.1", 1863};
  Endpoint advertise;
  std::int64_t connections_max = 15'000;
  std::int64_t tickets_max = 50'000;
  std::int64_t tickets_per_account_max = 100;
  std::int64_t messages_per_second = 50;
  std::int64_t messages_burst = 500;
  std::int64_t message_bytes_max = 1664;
  std::int64_t participants_max = 50;
  std::int64_t failed_calls_max = 5;
  Duration ticket_lifetime = std::chrono::seconds(120);
  Duration ringing_time = std::chrono::seconds(120);
  Duration authenticate_within = std::chrono::seconds(60);
  Duration idle_timeout = std::chrono::minutes(5);
  Duration alone_timeout = std::chrono::seconds(60);
  Duration deserted_timeout = std::chrono::minutes(5);
  Duration failed_calls_window = std::chrono::seconds(60);
  Duration invite_timeout = std::chrono::milliseconds(4500);
  runtime::ClientDoorSettings door;
};

void describe(SwitchboardSettings& settings, runtime::Settings& to);
// The core's settings from the operator's.
[[nodiscard]] Settings core_settings(const SwitchboardSettings& settings);

}  // namespace monarch::switchboard
