// PostgresWorker: one thread and one connection of PostgresPool, and the queue the workers share.
// Private to libs/stores.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include <pqxx/connection>

#include "base/clock.hpp"
#include "stores/postgres_conninfo.hpp"
#include "stores/postgres_pool.hpp"

namespace monarch::stores {

struct PostgresJob {
  std::uint64_t id = 0;
  std::function<std::optional<StoreError>(pqxx::connection&)> run;
  TimePoint deadline;
  TimePoint queued;
};

// What the workers and the loop share; everything under `mutex` but the constants.
struct PostgresShared {
  PostgresSettings settings;
  Conninfo conninfo;
  PostgresPool::Prepare prepare;
  // Called on a worker without the mutex held.
  std::function<void(std::uint64_t id, std::optional<StoreError>)> finished;

  std::mutex mutex;
  std::condition_variable wake;
  std::deque<PostgresJob> queue;
  bool stopping = false;
  bool down = false;  // no worker is connected, and it is known that connecting fails
  std::string reason = "PostgreSQL: not connected yet";
  std::size_t connected = 0;
  std::size_t running = 0;
  std::uint64_t connects = 0;
  std::uint64_t connect_failures = 0;
};

class PostgresWorker {
 public:
  explicit PostgresWorker(PostgresShared& shared);
  PostgresWorker(const PostgresWorker&) = delete;
  PostgresWorker& operator=(const PostgresWorker&) = delete;
  // shared.stopping must be set.
  ~PostgresWorker();

  // Breaks off what has run past its deadline by kBreakOffGrace (or whatever runs, if `at_once`).
  // Called from the loop with shared.mutex held: the server may be stopped in its tracks, and then
  // only the end of the socket wakes libpq.
  void break_off(TimePoint now, bool at_once);

 private:
  static constexpr std::chrono::milliseconds kBreakOffGrace{250};

  void work();
  void serve(std::unique_lock<std::mutex>& lock);
  void run(PostgresJob job);
  void check_idle();
  bool connect();
  void disconnect(const std::string& reason);
  void note_failure(std::string reason);
  void pause();
  [[nodiscard]] bool stale() const;

  PostgresShared& shared_;
  std::optional<pqxx::connection> connection_;
  // A duplicate of the connection's socket: shutting it down is safe even while libpq closes its
  // own.
  int socket_ = -1;
  std::optional<TimePoint> busy_until_;  // under shared_.mutex, as is socket_ when it changes
  bool broken_off_ = false;              // under shared_.mutex
  std::chrono::milliseconds backoff_{0};
  std::thread thread_;
};

}  // namespace monarch::stores
