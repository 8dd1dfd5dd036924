#include "auth/integration/database.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <vector>

#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/transaction>

#include "testing/servers/private_postgres.hpp"

namespace monarch::auth {

namespace testing {

namespace {

// ctest runs in the source tree.
constexpr const char* kMigrations = "deploy/postgres/migrations/auth";

void apply_migrations(const std::string& conninfo) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(kMigrations)) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  pqxx::connection connection(conninfo);
  for (const auto& file : files) {
    std::ifstream stream(file);
    pqxx::work work(connection);
    work.exec(std::string{std::istreambuf_iterator<char>(stream), {}});
    work.commit();
  }
}

}  // namespace

std::string fresh_accounts_database() {
  return monarch::testing::PrivatePostgres::shared().fresh_database("auth", apply_migrations);
}

}  // namespace testing

namespace {

TEST(PostgresSchema, HandlesAreUniqueAndLowerCase) {
  pqxx::connection connection(testing::fresh_accounts_database());
  const auto insert = [&](const std::string& id, const std::string& handle) {
    pqxx::work work(connection);
    work.exec("INSERT INTO auth.account (id, handle, password, key_id, state) VALUES (" + id +
              ", '" + handle + "', 'x', 'k', 'active')");
    work.commit();
  };
  insert("1", "bob@example.com");
  EXPECT_THROW(insert("2", "bob@example.com"), pqxx::unique_violation);
  EXPECT_THROW(insert("3", "Bob@example.com"), pqxx::check_violation);
}

}  // namespace
}  // namespace monarch::auth
