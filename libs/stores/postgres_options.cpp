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

PostgresSettings pool_settings(const PostgresOptions& options, const std::string& node_id,
                               metrics::Registry& metrics) {
  PostgresSettings pool;
  pool.conninfo = options.conninfo;
  if (auto conninfo = Conninfo::parse(options.conninfo); conninfo && !options.password.empty()) {
    conninfo->set("password", options.password);
    pool.conninfo = conninfo->text();
  }
  pool.application_name = node_id;
  pool.queue_max = static_cast<std::size_t>(options.queue_max);
  pool.connections = static_cast<std::size_t>(options.connections);
  pool.waited = metrics.common().histogram("postgres_wait_seconds",
                                           "How long questions waited for a connection",
                                           metrics::seconds_buckets());
  pool.worked = metrics.common().histogram(
      "postgres_job_seconds", "How long PostgreSQL took for a question, all its statements",
      metrics::seconds_buckets());
  return pool;
}

}  // namespace monarch::stores
