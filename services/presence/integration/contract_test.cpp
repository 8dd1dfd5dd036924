// The contracts of presence's ports, run on PostgreSQL and Redis.
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pqxx/connection>
#include <pqxx/transaction>

#include "base/clock.hpp"
#include "codec/bus.hpp"
#include "net/loop.hpp"
#include "presence/adapters/online_scripts.hpp"
#include "presence/adapters/postgres_directory_store.hpp"
#include "presence/adapters/postgres_roster_store.hpp"
#include "presence/adapters/redis_bus.hpp"
#include "presence/adapters/redis_online_index.hpp"
#include "presence/core/testing/bus_contract.hpp"
#include "presence/core/testing/directory_contract.hpp"
#include "presence/core/testing/online_index_contract.hpp"
#include "presence/core/testing/online_status_contract.hpp"
#include "presence/core/testing/roster_store_contract.hpp"
#include "presence/core/testing/roster_store_groups_contract.hpp"
#include "runtime/metrics.hpp"
#include "stores/migrations.hpp"
#include "stores/postgres_pool.hpp"
#include "stores/redis_client.hpp"
#include "stores/redis_subscriber.hpp"
#include "testing/servers/private_postgres.hpp"
#include "testing/servers/private_redis.hpp"

namespace monarch::presence::testing {
namespace {

using monarch::testing::PrivatePostgres;
using monarch::testing::PrivateRedis;

template <class T>
Task<void> store_result(Eventual<T> eventual, std::optional<T>& result) {
  result.emplace(co_await eventual);
}

template <class T>
T await_on(net::Loop& loop, const Eventual<T>& eventual) {
  std::optional<T> result;
  TaskScope scope;
  scope.spawn(store_result(eventual, result));
  MONARCH_ASSERT(loop.run_until([&] { return result.has_value(); }));
  return std::move(*result);
}

std::string migrated_database() {
  return PrivatePostgres::shared().fresh_database("roster", [](const std::string& conninfo) {
    stores::MigrationSettings settings;
    settings.conninfo = conninfo;
    settings.directory = "deploy/postgres/migrations";
    const auto applied = stores::migrate(settings);
    MONARCH_ASSERT(applied.ok());
  });
}

struct StoreWorld {
  net::Loop loop;
  std::string conninfo = migrated_database();
  stores::PostgresPool pool{loop.io(), settings(), [](pqxx::connection& connection) {
                              PostgresRosterStore::prepare(connection);
                              PostgresDirectoryStore::prepare(connection);
                            }};
  PostgresRosterStore postgres{pool};
  PostgresDirectoryStore people{pool};

  StoreWorld() {
    MONARCH_ASSERT(loop.run_until([&] { return pool.health().ok; }));
  }
  RosterStore& store() { return postgres; }
  DirectoryStore& directory() { return people; }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return await_on(loop, eventual);
  }
  void trim(AccountId owner) {
    pqxx::connection connection(conninfo);
    pqxx::work tx(connection);
    tx.exec0("UPDATE roster.change SET at = now() - interval '61 minutes' WHERE owner = " +
             std::to_string(owner.value()));
    tx.commit();
    const auto trimmed = await(postgres.trim_journal(1000));
    MONARCH_ASSERT(trimmed.ok());
  }

 private:
  stores::PostgresSettings settings() const {
    stores::PostgresSettings settings;
    settings.conninfo = conninfo;
    return settings;
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, RosterStoreContract, StoreWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, DirectoryContract, StoreWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgres, RosterStoreGroupsContract, StoreWorld);

stores::RedisSettings redis_at() {
  stores::RedisSettings settings;
  settings.port = PrivateRedis::shared().port();
  return settings;
}

// A connection to an emptied Redis.
struct Redis {
  net::Loop loop;
  stores::RedisClient client{loop.io(), redis_at()};

  Redis() {
    PrivateRedis::shared().execute("FLUSHALL");
    client.start();
    MONARCH_ASSERT(loop.run_until([&] { return client.connected(); }));
  }
};

struct IndexWorld : Redis {
  ManualClock clock;
  RedisOnlineIndex redis{client, clock, {}};

  OnlineIndex& index() { return redis; }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return await_on(loop, eventual);
  }
  void vanish(AccountId account) {
    PrivateRedis::shared().execute("DEL " + scripts::online_key(account));
  }
  void lose_everything() { PrivateRedis::shared().execute("FLUSHALL"); }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, OnlineIndexContract, IndexWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, OnlineStatusContract, IndexWorld);

struct BusWorld : Redis {
  metrics::Registry metrics{"presence"};
  RedisBus redis{client, metrics};
  std::vector<model::NodeHints> arrived;
  std::vector<std::unique_ptr<stores::RedisSubscriber>> subscribers;

  Bus& bus() { return redis; }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return await_on(loop, eventual);
  }
  void subscribe(const NodeId& node) {
    stores::RedisSubscriber::Callbacks callbacks;
    callbacks.message = [this, node](std::string_view /*channel*/, std::string_view bytes) {
      auto message = codec::decode_hints(bytes, codec::Moment::now());
      MONARCH_ASSERT(message.has_value() && message->age.has_value());
      arrived.push_back({node, std::move(message->hints)});
    };
    auto& subscriber = *subscribers.emplace_back(
        std::make_unique<stores::RedisSubscriber>(loop.io(), redis_at(), std::move(callbacks)));
    subscriber.subscribe(codec::bus_channel(node));
    subscriber.start();
    MONARCH_ASSERT(loop.run_until([&] { return subscriber.subscribed(); }));
  }
  std::vector<model::NodeHints> receive(std::size_t count) {
    loop.run_until([&] { return arrived.size() >= count; });
    return arrived;
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, BusContract, BusWorld);

}  // namespace
}  // namespace monarch::presence::testing
