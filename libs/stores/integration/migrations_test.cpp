#include "stores/migrations.hpp"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

#include <pqxx/connection>
#include <pqxx/except>
#include <pqxx/nontransaction>
#include <pqxx/result>

#include "testing/servers/private_postgres.hpp"

namespace monarch::stores {
namespace {

namespace fs = std::filesystem;
using monarch::testing::PrivatePostgres;

class Migrations : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string path = "/tmp/monarch-test-migrations-XXXXXX";
    ASSERT_NE(::mkdtemp(path.data()), nullptr);
    settings_.directory = path;
    settings_.conninfo = PrivatePostgres::shared().fresh_database();
  }
  void TearDown() override { fs::remove_all(settings_.directory); }

  void write(const std::string& name, const std::string& sql) {
    const auto path = fs::path(settings_.directory) / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << sql;
  }
  StoreResult<std::size_t> run() {
    return migrate(settings_, [this](const std::string& line) { lines_.push_back(line); });
  }
  std::string error() {
    const auto result = run();
    return result.ok() ? "" : result.error().text;
  }
  std::string select(const std::string& sql) {
    pqxx::connection connection(settings_.conninfo);
    return pqxx::nontransaction(connection).exec(sql)[0][0].as<std::string>();
  }

  MigrationSettings settings_;
  std::vector<std::string> lines_;
};

TEST_F(Migrations, AppliesEachFileOnceInOrder) {
  write("roster/0001_rows.sql", "CREATE TABLE roster.a (n int); INSERT INTO roster.a VALUES (1);");
  write("auth/0002_more.sql", "INSERT INTO account VALUES (2);");
  write("auth/0001_account.sql", "CREATE TABLE account (n int);");
  const auto first = run();
  ASSERT_TRUE(first.ok()) << first.error().text;
  EXPECT_EQ(first.value(), 3U);
  EXPECT_EQ(lines_,
            (std::vector<std::string>{"applied auth/0001_account.sql", "applied auth/0002_more.sql",
                                      "applied roster/0001_rows.sql"}));
  EXPECT_EQ(run().value(), 0U);
  write("auth/0003_again.sql", "INSERT INTO auth.account VALUES (3);");
  EXPECT_EQ(run().value(), 1U);
  EXPECT_EQ(select("SELECT count(*) FROM auth.account"), "2");
  EXPECT_EQ(select("SELECT count(*) FROM monarch.schema_migration"), "4");
}

TEST_F(Migrations, AFailedFileLeavesNothingBehind) {
  write("auth/0001_good.sql", "CREATE TABLE good (n int);");
  write("auth/0002_bad.sql", "CREATE TABLE half (n int); SELECT nonsense;");
  const auto text = error();
  EXPECT_NE(text.find("auth/0002_bad.sql"), std::string::npos) << text;
  EXPECT_EQ(select("SELECT to_regclass('auth.half') IS NULL"), "t");
  EXPECT_EQ(select("SELECT max(number) FROM monarch.schema_migration"), "1");
  write("auth/0002_bad.sql", "CREATE TABLE whole (n int);");
  EXPECT_EQ(run().value(), 1U);
}

TEST_F(Migrations, RefusesAHistoryThatWasChanged) {
  write("auth/0001_a.sql", "CREATE TABLE a (n int);");
  write("auth/0003_c.sql", "CREATE TABLE c (n int);");
  ASSERT_TRUE(run().ok());
  write("auth/0002_b.sql", "CREATE TABLE b (n int);");
  EXPECT_NE(error().find("0002_b.sql is new but numbered below"), std::string::npos);
  fs::remove(settings_.directory + "/auth/0002_b.sql");
  write("auth/0001_a.sql", "CREATE TABLE a (n bigint);");
  EXPECT_NE(error().find("auth/0001_a.sql has been applied and was changed"), std::string::npos);
  fs::remove(settings_.directory + "/auth/0001_a.sql");
  EXPECT_NE(error().find("its file is gone"), std::string::npos);
}

TEST_F(Migrations, RefusesNamesThatSayNoOrder) {
  write("auth/1_short.sql", "");
  EXPECT_NE(error().find("NNNN_lower_case.sql"), std::string::npos);
  fs::remove(settings_.directory + "/auth/1_short.sql");
  write("auth/0001_one.sql", "");
  write("auth/0001_other.sql", "");
  EXPECT_NE(error().find("the same number"), std::string::npos);
  settings_.directory += "/none";
  EXPECT_NE(error().find("does not exist"), std::string::npos);
  settings_.directory.resize(settings_.directory.size() - 5);
}

TEST_F(Migrations, TwoRunnersApplyOnce) {
  write("auth/0001_a.sql", "SELECT pg_sleep(0.2); CREATE TABLE a (n int);");
  std::vector<StoreResult<std::size_t>> results(4, std::size_t{0});
  {
    std::vector<std::jthread> runners;
    for (auto& result : results) runners.emplace_back([&] { result = migrate(settings_); });
  }
  std::size_t applied = 0;
  for (auto& result : results) {
    ASSERT_TRUE(result.ok()) << result.error().text;
    applied += result.value();
  }
  EXPECT_EQ(applied, 1U);
}

TEST_F(Migrations, RolesHaveTheirOwnSchemaAndNothingElse) {
  settings_.roles_file = "deploy/postgres/roles.sql";
  settings_.role_passwords = {{"monarch_auth", "pa'ss word"}, {"monarch_presence", "word"}};
  write("auth/0001_a.sql", "CREATE TABLE account (id bigserial PRIMARY KEY, n int);");
  write("roster/0001_a.sql", "CREATE TABLE rows (n int);");
  const auto first = run();
  ASSERT_TRUE(first.ok()) << first.error().text;
  ASSERT_TRUE(run().ok()) << "the roles may be made again";

  auto as_auth = settings_.conninfo;
  as_auth.replace(as_auth.find("user=postgres"), 13, "user=monarch_auth");
  auto as_presence = settings_.conninfo;
  as_presence.replace(as_presence.find("user=postgres"), 13, "user=monarch_presence");
  pqxx::connection connection(as_auth);
  const auto may = [&](const std::string& sql) {
    try {
      pqxx::nontransaction(connection).exec(sql);
      return true;
    } catch (const pqxx::sql_error&) {
      return false;
    }
  };
  EXPECT_TRUE(may("INSERT INTO account (n) VALUES (1)"));
  EXPECT_TRUE(may("UPDATE auth.account SET n = 2"));
  EXPECT_TRUE(may("DELETE FROM auth.account"));
  EXPECT_FALSE(may("SELECT * FROM roster.rows"));
  EXPECT_FALSE(may("CREATE TABLE auth.mine (n int)"));
  EXPECT_FALSE(may("CREATE TABLE public.mine (n int)"));
  EXPECT_FALSE(may("DROP TABLE auth.account"));
  EXPECT_FALSE(may("TRUNCATE auth.account"));
  EXPECT_FALSE(may("SELECT * FROM monarch.schema_migration"));
  pqxx::connection other(as_presence);
  EXPECT_NO_THROW(pqxx::nontransaction(other).exec("SELECT * FROM roster.rows"));
  EXPECT_THROW(pqxx::nontransaction(other).exec("SELECT * FROM auth.account"), pqxx::sql_error)
      << "nobody but auth reads a password, encrypted or not";
  EXPECT_EQ(select("SELECT rolpassword LIKE 'SCRAM-SHA-256$%' FROM pg_authid"
                   " WHERE rolname = 'monarch_auth'"),
            "t");
}

TEST_F(Migrations, SaysWhatToDoWithAPasswordForNoRole) {
  settings_.role_passwords = {{"monarch_nobody", "secret-word"}};
  const auto text = error();
  EXPECT_NE(text.find("monarch_nobody"), std::string::npos) << text;
  EXPECT_EQ(text.find("secret-word"), std::string::npos) << text;
}

}  // namespace
}  // namespace monarch::stores
