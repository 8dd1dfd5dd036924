#include "auth/adapters/postgres_account_store.hpp"

#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>

#include "auth/adapters/postgres_statements.hpp"
#include "auth/core/testing/account_store_contract.hpp"
#include "auth/integration/database.hpp"
#include "net/loop.hpp"
#include "stores/postgres_pool.hpp"
#include "stores/store_error.hpp"

namespace monarch::auth {
namespace {

template <class T>
Task<void> keep(Task<T> task, std::optional<T>& place) {
  place.emplace(co_await task);
}

// A store on a database of its own, with the schema of the migrations.
class PostgresHarness {
 public:
  PostgresHarness() {
    const bool connected = loop_.run_until([&] { return pool_.health().ok; });
    EXPECT_TRUE(connected) << pool_.health().reason;
  }
  AccountStore& store() { return store_; }
  template <class T>
  T run(Task<T> task) {
    std::optional<T> result;
    TaskScope scope;
    scope.spawn(keep(std::move(task), result));
    EXPECT_TRUE(loop_.run_until([&] { return result.has_value(); }));
    return std::move(*result);
  }

 private:
  net::Loop loop_;
  stores::PostgresPool pool_{loop_.io(),
                             {.conninfo = testing::fresh_accounts_database(), .connections = 2},
                             prepare_statements};
  PostgresAccountStore store_{pool_,
                              [](std::string_view operation, const stores::StoreError& error) {
                                ADD_FAILURE() << operation << ": " << error.text;
                              }};
};

}  // namespace

namespace testing {
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, AccountStoreContract, PostgresHarness);
}  // namespace testing

namespace {

TEST(PostgresText, ArraysHoldWhatTheyAreGiven) {
  EXPECT_EQ(to_array({}), "{}");
  EXPECT_EQ(to_array({"a", "", "b\"c\\d", "NULL"}), R"({"a","","b\"c\\d","NULL"})");
  EXPECT_EQ(to_bytea(std::string_view("\x00\xFFz", 3)), "\\x00ff7a");
}

}  // namespace
}  // namespace monarch::auth
