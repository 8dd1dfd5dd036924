// The presence service's own settings as an operator sees them; the defaults are the core's.
#pragma once

#include <cstdint>
#include <string>

#include "presence/adapters/redis_online_index.hpp"
#include "presence/core/context.hpp"
#include "runtime/settings.hpp"
#include "stores/postgres_options.hpp"

namespace monarch::presence {

struct PresenceSettings {
  stores::PostgresOptions postgres{{}, {}, 8};
  std::int64_t requests_max = 50'000;
  std::int64_t cache_megabytes = 64;
  std::int64_t forward_max = 150;
  std::int64_t allow_max = 1000;
  std::int64_t block_max = 1000;
  std::string presence_without_al = "follow_blp";
  bool mail_events = false;
  Duration settle_time = std::chrono::seconds(10);
};

void describe(PresenceSettings& settings, runtime::Settings& to);
[[nodiscard]] Settings core_settings(const PresenceSettings& settings);
[[nodiscard]] RedisOnlineIndex::Settings index_settings(const PresenceSettings& settings);

}  // namespace monarch::presence
