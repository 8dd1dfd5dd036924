// The dispatch service's own settings as an operator sees them.
#pragma once

#include <cstdint>
#include <string>

#include "base/endpoint.hpp"
#include "dispatch/core/session.hpp"
#include "runtime/client_door.hpp"
#include "runtime/settings.hpp"

namespace monarch::dispatch {

struct DispatchSettings {
  Endpoint bind{"127.0.0.1", 1863};
  Endpoint advertise;
  std::int64_t connections_max = 10'000;
  Duration sign_in_within = std::chrono::seconds(60);
  msnp::VersionCheckUrls urls;
  runtime::ClientDoorSettings door;
  runtime::StrangerSettings strangers;
};

void describe(DispatchSettings& settings, runtime::Settings& to);
// The core's settings from the operator's.
[[nodiscard]] Settings core_settings(const DispatchSettings& settings);

}  // namespace monarch::dispatch
