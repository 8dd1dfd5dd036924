// What monarch-auth can be told beyond what every process can. Used by main() alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "auth/core/throttle.hpp"
#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "runtime/settings.hpp"

namespace monarch::stores {
struct PostgresSettings;
}

namespace monarch::auth {

struct AuthSettings {
  std::string postgres;
  std::string postgres_password;
  std::int64_t postgres_connections = 4;
  std::string password_keys;
  std::vector<std::string> presence{"127.0.0.1:17210"};
  std::vector<Endpoint> presence_endpoints;  // the same, read
  Duration presence_deadline = std::chrono::seconds(10);

  std::int64_t account_failures_free = 5;
  std::int64_t address_failures_max = 30;
  std::vector<std::string> throttle_exempt;
  std::int64_t import_rows_max = 1'000'000;
  ThrottleLimits throttle;  // what the settings above and those described in place come to
};

// `settings` must outlive the parse.
void describe(AuthSettings& settings, runtime::Settings& registry);

// With the password of its file put in; the settings have been checked.
[[nodiscard]] stores::PostgresSettings postgres_settings(const AuthSettings& settings,
                                                         const std::string& node_id);

}  // namespace monarch::auth
