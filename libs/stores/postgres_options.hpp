// PostgresOptions: how a process reaches PostgreSQL, as an operator says it; the same flags in each
// service that has a schema. Used by main() and the settings of the services.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace monarch::runtime {
class Settings;
}

namespace monarch::metrics {
class Registry;
}

namespace monarch::stores {

struct PostgresSettings;

struct PostgresOptions {
  std::string conninfo;
  std::string password;  // of the file; wins over one in `conninfo`
  std::int64_t connections = 4;
  std::int64_t queue_max = 2000;
};

// --postgres, --postgres-password-file, --postgres-connections. `options` must outlive the parse.
void add_postgres(runtime::Settings& settings, PostgresOptions& options);
// What the options come to, with the histograms of the pool; they have been parsed, which checks
// them.
[[nodiscard]] PostgresSettings pool_settings(const PostgresOptions& options,
                                             const std::string& node_id,
                                             metrics::Registry& metrics);

}  // namespace monarch::stores
