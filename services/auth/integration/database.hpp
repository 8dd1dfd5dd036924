// A PostgreSQL database with the schema of auth's migrations, for tests.
#pragma once

#include <string>

namespace monarch::auth::testing {

// The conninfo of a database of its own, made in tens of milliseconds.
[[nodiscard]] std::string fresh_accounts_database();

}  // namespace monarch::auth::testing
