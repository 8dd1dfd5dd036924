// What monarch-auth can be told beyond what every process can. Used by main() alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "auth/core/throttle.hpp"
#include "auth/core/verifier.hpp"
#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "runtime/settings.hpp"
#include "stores/postgres_options.hpp"

namespace monarch::auth {

struct AuthSettings {
  stores::PostgresOptions postgres;
  std::string password_keys;
  std::vector<std::string> presence{"127.0.0.1:17210"};
  std::vector<Endpoint> presence_endpoints;  // the same, read
  Duration presence_deadline = std::chrono::seconds(10);

  std::int64_t account_failures_free = 5;
  std::int64_t address_failures_max = 30;
  std::vector<std::string> throttle_exempt;
  std::int64_t import_rows_max = 1'000'000;
  VerifierRules rules;
  ThrottleLimits throttle;  // what the settings above and those described in place come to
};

// `settings` must outlive the parse.
void describe(AuthSettings& settings, runtime::Settings& registry);

}  // namespace monarch::auth
