#include "stores/postgres_options.hpp"

#include "runtime/settings.hpp"
#include "stores/postgres_conninfo.hpp"
#include "stores/postgres_pool.hpp"

namespace monarch::stores {

void add_postgres(runtime::Settings& settings, PostgresOptions& options) {
  settings.add("postgres", options.conninfo,
               "PostgreSQL connection: host=… port=… dbname=… user=…, or a URI");
  settings.require("postgres");
  settings.add_secret_file("postgres-password-file", options.password,
                           "File with the password of the PostgreSQL user");
  settings.add("postgres-connections", options.connections,
               "Connections to PostgreSQL, a thread each", 1, 64);
  settings.add("postgres-queue-max", options.queue_max,
               "Questions that wait for a connection; more fail at once as overload", 1, 1'000'000);
  settings.check([&options]() -> Outcome<std::string> {
    const auto conninfo = Conninfo::parse(options.conninfo);
    if (!conninfo) return fail("--postgres: " + conninfo.error().text);
    return Ok{};
  });
}

PostgresSettings pool_settings(const PostgresOptions& options, const std::string& node_id) {
  PostgresSettings pool;
  pool.conninfo = options.conninfo;
  if (auto conninfo = Conninfo::parse(options.conninfo); conninfo && !options.password.empty()) {
    conninfo->set("password", options.password);
    pool.conninfo = conninfo->text();
  }
  pool.application_name = node_id;
  pool.queue_max = static_cast<std::size_t>(options.queue_max);
  pool.connections = static_cast<std::size_t>(options.connections);
  return pool;
}

}  // namespace monarch::stores
