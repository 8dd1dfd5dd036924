// The runner of schema migrations: numbered SQL files, applied once, in order, each in a
// transaction of its own, under a PostgreSQL advisory lock. Blocking; used by monarch-migrate and
// by tests.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "stores/store_error.hpp"

namespace monarch::stores {

struct MigrationSettings {
  std::string conninfo;    // of a role that may create schemas and roles
  std::string directory;   // deploy/postgres/migrations: <schema>/NNNN_name.sql
  std::string roles_file;  // deploy/postgres/roles.sql, run first each time; empty: none
  std::map<std::string, std::string> role_passwords;  // role to password; set after roles_file
};

struct MigrationFile {
  std::string schema;
  unsigned number = 0;
  std::string name;  // "0001_accounts"
  std::string sql;
  std::string checksum;  // sha256, hex
};

// The schemas in the order in which they are migrated.
inline constexpr const char* kSchemas[] = {"auth", "roster"};

// The files of the folder in order; an error names the file that is misnamed or numbered twice.
[[nodiscard]] StoreResult<std::vector<MigrationFile>> read_migrations(const std::string& directory);

// Applies what has not been applied; returns how many were. An applied file that has changed, is
// gone, or a new one numbered below an applied one, is an error and nothing is applied.
[[nodiscard]] StoreResult<std::size_t> migrate(
    const MigrationSettings& settings,
    const std::function<void(const std::string& line)>& report = {});

}  // namespace monarch::stores
