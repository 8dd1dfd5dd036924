#include "stores/postgres_pool.hpp"

#include <atomic>
#include <condition_variable>
#include <gtest/gtest.h>
#include <mutex>
#include <string>
#include <vector>

#include <pqxx/nontransaction>
#include <pqxx/result>

#include "stores/integration/loop_runner.hpp"
#include "stores/postgres_transaction.hpp"
#include "testing/servers/private_postgres.hpp"

namespace monarch::stores {
namespace {

using namespace std::chrono_literals;
using monarch::testing::LoopRunner;
using monarch::testing::PrivatePostgres;

PostgresSettings settings_for(const std::string& conninfo, std::size_t connections = 2) {
  PostgresSettings settings;
  settings.conninfo = conninfo;
  settings.connections = connections;
  settings.backoff_min = 10ms;
  settings.backoff_max = 100ms;
  return settings;
}

auto query(std::string sql) {
  return [sql = std::move(sql)](pqxx::connection& connection) {
    return pqxx::nontransaction(connection).exec(sql)[0][0].as<std::string>();
  };
}

TEST(PostgresPool, RunsJobsWithPreparedStatementsAndAnswersOnTheLoop) {
  const auto database = PrivatePostgres::shared().fresh_database();
  LoopRunner loop;
  PostgresPool pool(loop.io(), settings_for(database), [](pqxx::connection& connection) {
    connection.prepare("add", "SELECT $1::int + $2::int");
  });
  const auto here = std::this_thread::get_id();
  const auto sum = loop.get(pool.submit([here](pqxx::connection& connection) {
    EXPECT_NE(std::this_thread::get_id(), here);
    return transact(connection, [](pqxx::work& work) {
      return work.exec_prepared1("add", 20, 22)[0].as<int>();
    });
  }));
  ASSERT_TRUE(sum.ok()) << sum.error().text;
  EXPECT_EQ(sum.value(), 42);

  bool done = false;
  pool.submit([](pqxx::connection&) {},
              [&](StoreResult<Ok> result) {
                EXPECT_TRUE(result.ok());
                EXPECT_EQ(std::this_thread::get_id(), here);
                done = true;
              });
  ASSERT_TRUE(loop.until([&] { return done; }));
  EXPECT_TRUE(pool.health().ok);
  EXPECT_EQ(pool.counters().completed, 2U);
}

TEST(PostgresPool, NamesErrorsWithoutTheDataInThem) {
  const auto database = PrivatePostgres::shared().fresh_database();
  LoopRunner loop;
  PostgresPool pool(loop.io(), settings_for(database, 1));
  ASSERT_TRUE(
      loop.get(pool.submit([](pqxx::connection& connection) {
            pqxx::nontransaction(connection).exec("CREATE TABLE t (secret text PRIMARY KEY)");
          }))
          .ok());
  const auto kind_of = [&](const std::string& sql) {
    const auto result = loop.get(pool.submit(query(sql)));
    EXPECT_FALSE(result.ok());
    EXPECT_EQ(result.error().text.find("hunter2"), std::string::npos) << result.error().text;
    return result.error().kind;
  };
  EXPECT_EQ(kind_of("INSERT INTO t VALUES ('hunter2'), ('hunter2')"), StoreErrorKind::kConflict);
  EXPECT_EQ(kind_of("SELECT 'hunter2'::int"), StoreErrorKind::kBug);
  EXPECT_EQ(kind_of("SELECT nothing FROM nowhere"), StoreErrorKind::kBug);
  // None of them cost the connection.
  EXPECT_EQ(pool.counters().connects, 1U);

  const auto own = loop.get(pool.submit([](pqxx::connection&) -> StoreResult<int> {
    return fail(StoreError{StoreErrorKind::kConflict, "mine"});
  }));
  EXPECT_EQ(own.error().text, "mine");
}

TEST(PostgresPool, KeepsTheDeadlineOfASlowStatementAndServesOn) {
  const auto database = PrivatePostgres::shared().fresh_database();
  LoopRunner loop;
  auto settings = settings_for(database, 1);
  settings.statement_timeout = 10s;
  PostgresPool pool(loop.io(), settings);
  ASSERT_TRUE(loop.get(pool.submit(query("SELECT 1"))).ok());
  const auto slow = loop.get(pool.submit(query("SELECT pg_sleep(30)"), 200ms));
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().kind, StoreErrorKind::kTimeout);
  EXPECT_TRUE(slow.error().maybe_done);
  // The only worker comes back although the statement had 30 s to go.
  const auto healthy = [&] {
    const auto next = loop.get(pool.submit(query("SELECT 'back'"), 1s));
    return next.ok() && next.value() == "back";
  };
  ASSERT_TRUE(loop.until(healthy, 5s));
}

TEST(PostgresPool, StatementTimeoutIsATimeout) {
  const auto database = PrivatePostgres::shared().fresh_database();
  LoopRunner loop;
  auto settings = settings_for(database, 1);
  settings.statement_timeout = 100ms;
  PostgresPool pool(loop.io(), settings);
  const auto slow = loop.get(pool.submit(query("SELECT pg_sleep(30)")));
  ASSERT_FALSE(slow.ok());
  EXPECT_EQ(slow.error().kind, StoreErrorKind::kTimeout);
  EXPECT_EQ(loop.get(pool.submit(query("SELECT 'on'"))).value(), "on");
  EXPECT_EQ(pool.counters().connects, 1U);
}

TEST(PostgresPool, BoundsItsQueueAndWithdrawsWhatWaitedTooLong) {
  const auto database = PrivatePostgres::shared().fresh_database();
  LoopRunner loop;
  auto settings = settings_for(database, 1);
  settings.queue_max = 2;
  PostgresPool pool(loop.io(), settings);
  ASSERT_TRUE(loop.get(pool.submit(query("SELECT 1"))).ok());

  std::mutex mutex;
  std::condition_variable released;
  bool release = false;
  bool first_done = false;
  pool.submit(
      [&](pqxx::connection&) {
        std::unique_lock lock(mutex);
        released.wait(lock, [&] { return release; });
      },
      [&](StoreResult<Ok> result) { first_done = result.ok(); }, 20s);
  ASSERT_TRUE(loop.until([&] { return pool.counters().running == 1; }));
  std::atomic<bool> ran = false;
  std::vector<StoreError> errors;
  for (int i = 0; i < 3; ++i) {
    pool.submit([&](pqxx::connection&) { ran = true; },
                [&](StoreResult<Ok> result) { errors.push_back(result.error()); }, 100ms);
  }
  ASSERT_TRUE(loop.until([&] { return errors.size() == 3; }));
  EXPECT_EQ(errors[0].kind, StoreErrorKind::kOverloaded);
  EXPECT_EQ(errors[1].kind, StoreErrorKind::kTimeout);
  EXPECT_FALSE(errors[1].maybe_done);
  EXPECT_EQ(pool.counters().queued, 0U);
  {
    const std::lock_guard lock(mutex);
    release = true;
  }
  released.notify_all();
  ASSERT_TRUE(loop.until([&] { return first_done; }));
  EXPECT_FALSE(ran);
}

TEST(PostgresPool, FailsWhileTheServerIsAwayAndComesBackByItself) {
  PrivatePostgres server;
  LoopRunner loop;
  PostgresPool pool(loop.io(), settings_for(server.conninfo()));
  ASSERT_TRUE(loop.get(pool.submit(query("SELECT 1"))).ok());
  std::vector<StoreError> errors;
  for (int i = 0; i < 2; ++i) {
    pool.submit(
        query("SELECT pg_sleep(30)"),
        [&](StoreResult<std::string> result) { errors.push_back(result.error()); }, 20s);
  }
  ASSERT_TRUE(loop.until([&] { return pool.counters().running == 2; }));
  server.stop();
  ASSERT_TRUE(loop.until([&] { return errors.size() == 2; }, 5s));
  for (const auto& error : errors) {
    EXPECT_EQ(error.kind, StoreErrorKind::kUnavailable) << error.text;
  }
  ASSERT_TRUE(loop.until([&] { return pool.counters().connect_failures > 0; }));
  EXPECT_FALSE(pool.health().ok);
  EXPECT_NE(pool.health().reason, "");
  const auto refused = loop.get(pool.submit(query("SELECT 1")));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().kind, StoreErrorKind::kUnavailable);
  server.start();
  ASSERT_TRUE(loop.until([&] { return pool.health().ok; }));
  EXPECT_TRUE(loop.get(pool.submit(query("SELECT 1"))).ok());
}

TEST(PostgresPool, ARestartWhileIdleFailsNoJob) {
  PrivatePostgres server;
  LoopRunner loop;
  auto settings = settings_for(server.conninfo(), 3);
  settings.idle_check = 60s;
  PostgresPool pool(loop.io(), settings);
  ASSERT_TRUE(loop.until([&] { return pool.counters().connected == 3; }));
  server.stop();
  server.start();
  for (int i = 0; i < 10; ++i) {
    const auto result = loop.get(pool.submit(query("SELECT 1")));
    ASSERT_TRUE(result.ok()) << result.error().text;
  }
}

TEST(PostgresPool, NothingHangsWhenTheServerIsFrozen) {
  PrivatePostgres server;
  LoopRunner loop;
  auto settings = settings_for(server.conninfo());
  settings.connect_timeout = 2s;
  PostgresPool pool(loop.io(), settings);
  ASSERT_TRUE(loop.get(pool.submit(query("SELECT 1"))).ok());
  server.freeze();
  const auto begun = std::chrono::steady_clock::now();
  const auto frozen = loop.get(pool.submit(query("SELECT 1"), 500ms));
  ASSERT_FALSE(frozen.ok());
  EXPECT_EQ(frozen.error().kind, StoreErrorKind::kTimeout);
  ASSERT_TRUE(loop.until([&] { return !pool.health().ok; }, 5s))
      << "the idle check finds the other";
  const auto refused = loop.get(pool.submit(query("SELECT 1")));
  EXPECT_EQ(refused.error().kind, StoreErrorKind::kUnavailable);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 10s);
  server.thaw();
  ASSERT_TRUE(loop.until([&] { return pool.health().ok; }));
  EXPECT_TRUE(loop.get(pool.submit(query("SELECT 1"))).ok());
}

TEST(PostgresPool, EndsQuicklyWhileTheServerIsFrozen) {
  PrivatePostgres server;
  LoopRunner loop;
  PostgresPool pool(loop.io(), settings_for(server.conninfo()));
  ASSERT_TRUE(loop.until([&] { return pool.counters().connected == 2; }));
  bool failed = false;
  server.freeze();
  pool.submit(query("SELECT 1"), [&](StoreResult<std::string> result) { failed = !result.ok(); });
  ASSERT_TRUE(loop.until([&] { return pool.counters().running > 0; }));
  const auto begun = std::chrono::steady_clock::now();
  pool.stop();
  EXPECT_TRUE(failed);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 2s);
}

TEST(PostgresPool, TransactBeginsAgainAfterASerializationFailure) {
  const auto database = PrivatePostgres::shared().fresh_database();
  LoopRunner loop;
  PostgresPool pool(loop.io(), settings_for(database, 4));
  ASSERT_TRUE(loop.get(pool.submit([](pqxx::connection& connection) {
                    pqxx::nontransaction(connection).exec("CREATE TABLE n AS SELECT 0 AS value");
                  }))
                  .ok());
  std::atomic<int> attempts = 0;
  int done = 0;
  std::mutex mutex;
  std::condition_variable both;
  int inside = 0;
  for (int i = 0; i < 2; ++i) {
    pool.submit(
        [&](pqxx::connection& connection) {
          bool first = true;
          transact<pqxx::transaction<pqxx::serializable>>(connection, [&](auto& work) {
            ++attempts;
            const auto value = work.exec1("SELECT value FROM n")[0].template as<int>();
            if (std::exchange(first, false)) {
              // Both have read before either writes: one must be broken off.
              std::unique_lock lock(mutex);
              ++inside;
              both.notify_all();
              both.wait_for(lock, 5s, [&] { return inside == 2; });
            }
            work.exec0("UPDATE n SET value = " + std::to_string(value + 1));
          });
        },
        [&](StoreResult<Ok> result) {
          EXPECT_TRUE(result.ok()) << result.error().text;
          ++done;
        });
  }
  ASSERT_TRUE(loop.until([&] { return done == 2; }));
  EXPECT_GE(attempts, 3);
  EXPECT_EQ(loop.get(pool.submit(query("SELECT value FROM n"))).value(), "2");
}

TEST(PostgresPool, NeverTellsThePassword) {
  LoopRunner loop;
  for (const std::string conninfo :
       {"host=127.0.0.1 port=1 user=u password=S3cretWord connect_timeout=2",
        "host=127.0.0.1 S3cretWord", "postgresql://u:S3cretWord@127.0.0.1:1/S3cretWord"}) {
    PostgresPool pool(loop.io(), settings_for(conninfo, 1));
    const auto result = loop.get(pool.submit(query("SELECT 1")));
    ASSERT_FALSE(result.ok());
    EXPECT_NE(result.error().text, "");
    EXPECT_EQ(result.error().text.find("S3cretWord"), std::string::npos) << result.error().text;
    EXPECT_EQ(pool.health().reason.find("S3cretWord"), std::string::npos);
  }
}

}  // namespace
}  // namespace monarch::stores
