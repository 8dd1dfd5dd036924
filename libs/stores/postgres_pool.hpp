// PostgresPool: N worker threads, each with a PostgreSQL connection of its own, for blocking work
// with libpqxx. Owned by a service's composition root. submit() and every result belong to the loop
// thread of the io_context given; the function submitted runs on a worker, so it must own what it
// uses. Destroy the pool before the io_context.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <pqxx/connection>

#include "base/clock.hpp"
#include "base/task.hpp"
#include "runtime/metrics.hpp"
#include "stores/store_error.hpp"

namespace boost::asio {
class io_context;
}  // namespace boost::asio

namespace monarch::stores {

struct PostgresSettings {
  std::string conninfo;  // keywords or URI; its password never appears in an error
  std::string application_name = "monarch";
  std::size_t connections = 4;
  std::size_t queue_max = 2000;              // jobs that wait for a worker; more are refused
  std::chrono::milliseconds deadline{4000};  // of a job that names none, waiting included
  std::chrono::milliseconds statement_timeout{4000};
  std::chrono::seconds connect_timeout{3};  // libpq knows whole seconds, two at least
  std::chrono::milliseconds backoff_min{100};
  std::chrono::milliseconds backoff_max{2000};
  std::chrono::milliseconds idle_check{2000};  // an idle connection is tried this often
  metrics::Histogram waited = {};              // how long each job waited for a connection
  metrics::Histogram worked = {};              // and how long it took on it
};

struct PostgresCounters {
  std::uint64_t submitted = 0;
  std::uint64_t completed = 0;  // with a value
  std::uint64_t failed = 0;     // with any error
  std::uint64_t timeouts = 0;
  std::uint64_t refused = 0;  // queue full, or known to be unavailable
  std::uint64_t connects = 0;
  std::uint64_t connect_failures = 0;
  std::uint64_t queued = 0;
  std::uint64_t running = 0;
  std::uint64_t connected = 0;  // workers with a live connection
};

namespace detail {

template <class T>
struct JobValue {
  using type = T;
};
template <>
struct JobValue<void> {
  using type = Ok;
};
template <class T>
struct JobValue<StoreResult<T>> {
  using type = T;
};

}  // namespace detail

class PostgresPool {
 public:
  // Called for each new connection, on its worker: register prepared statements here
  // (connection.prepare(name, sql)); libpqxx sends each on its first use.
  using Prepare = std::function<void(pqxx::connection&)>;

  PostgresPool(boost::asio::io_context& loop, PostgresSettings settings, Prepare prepare = {});
  PostgresPool(const PostgresPool&) = delete;
  PostgresPool& operator=(const PostgresPool&) = delete;
  // Forgets what waits without a word (stop() fails it), breaks off what runs and joins the
  // workers, which takes connect_timeout at the very worst.
  ~PostgresPool();

  // Runs `job(pqxx::connection&)` on a worker. What it returns is the value (void becomes Ok; a
  // StoreResult stays as it is); what libpqxx throws becomes a StoreError. An answer comes by the
  // deadline (zero: settings.deadline) even when the server hangs; the job may then still have been
  // done (maybe_done). Fails at once when the queue is full or no worker is connected. `done` is
  // never called from inside the call.
  template <class F,
            class T = typename detail::JobValue<std::invoke_result_t<F&, pqxx::connection&>>::type>
  void submit(F job, std::type_identity_t<std::function<void(StoreResult<T>)>> done,
              Duration deadline = Duration::zero()) {
    auto value = std::make_shared<std::optional<T>>();
    enqueue([job = std::move(job), value](
                pqxx::connection& connection) mutable { return run_into(job, connection, *value); },
            [value, done = std::move(done)](std::optional<StoreError> error) {
              if (error) {
                done(fail(std::move(*error)));
              } else {
                done(std::move(**value));
              }
            },
            deadline);
  }

  template <class F,
            class T = typename detail::JobValue<std::invoke_result_t<F&, pqxx::connection&>>::type>
  [[nodiscard]] Eventual<StoreResult<T>> submit(F job, Duration deadline = Duration::zero()) {
    Eventual<StoreResult<T>> eventual;
    submit<F, T>(
        std::move(job), [eventual](StoreResult<T> result) { eventual.set(std::move(result)); },
        deadline);
    return eventual;
  }

  [[nodiscard]] StoreHealth health() const;
  [[nodiscard]] PostgresCounters counters() const;
  // Fails what waits and breaks off what runs; nothing is accepted afterwards.
  void stop();

 private:
  class Impl;
  // Returns the error, or nothing when the value was stored. May throw what libpqxx throws.
  using Job = std::function<std::optional<StoreError>(pqxx::connection&)>;
  using Done = std::function<void(std::optional<StoreError>)>;

  void enqueue(Job job, Done done, Duration deadline);

  template <class F, class T>
  static std::optional<StoreError> run_into(F& job, pqxx::connection& connection,
                                            std::optional<T>& value) {
    using Returned = std::invoke_result_t<F&, pqxx::connection&>;
    if constexpr (std::is_void_v<Returned>) {
      job(connection);
      value.emplace();
    } else if constexpr (std::is_same_v<Returned, StoreResult<T>>) {
      auto result = job(connection);
      if (!result.ok()) return std::move(result.error());
      value.emplace(std::move(result.value()));
    } else {
      value.emplace(job(connection));
    }
    return std::nullopt;
  }

  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::stores
