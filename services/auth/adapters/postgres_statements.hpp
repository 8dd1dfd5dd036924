// The SQL of auth, each statement with its name, and the text forms of what goes in. For
// postgres_account_store.cpp and whoever makes its pool; the pool calls prepare_statements() on its
// workers.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <pqxx/connection>

namespace monarch::auth {

// For PostgresPool, which calls it for each new connection.
void prepare_statements(pqxx::connection& connection);

// A bytea literal: \x and hexadecimal digits.
[[nodiscard]] std::string to_bytea(std::string_view bytes);
// An array literal whose elements are quoted, so that they may hold anything but a zero byte.
[[nodiscard]] std::string to_array(const std::vector<std::string>& elements);

}  // namespace monarch::auth
