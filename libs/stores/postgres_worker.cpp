#include "stores/postgres_worker.hpp"

#include <algorithm>
#include <poll.h>
#include <random>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>

#include <pqxx/nontransaction>

#include "stores/postgres_errors.hpp"

namespace monarch::stores {

PostgresWorker::PostgresWorker(PostgresShared& shared)
    : shared_(shared), thread_([this] { work(); }) {}

PostgresWorker::~PostgresWorker() { thread_.join(); }

void PostgresWorker::break_off(TimePoint now, bool at_once) {
  if (!busy_until_ || socket_ < 0 || broken_off_) return;
  if (!at_once && now < *busy_until_ + kBreakOffGrace) return;
  broken_off_ = true;
  ::shutdown(socket_, SHUT_RDWR);
}

void PostgresWorker::work() {
  std::unique_lock lock(shared_.mutex);
  while (!shared_.stopping) {
    lock.unlock();
    const bool ready = connection_.has_value() || connect();
    if (!ready) pause();
    lock.lock();
    if (ready) serve(lock);
  }
  lock.unlock();
  disconnect("stopped");
}

// Waits for one job and does it, or tries the idle connection. Called and returns with the lock.
void PostgresWorker::serve(std::unique_lock<std::mutex>& lock) {
  const bool woken = shared_.wake.wait_for(lock, shared_.settings.idle_check, [this] {
    return shared_.stopping || !shared_.queue.empty();
  });
  if (shared_.stopping) return;
  if (!woken) {
    lock.unlock();
    check_idle();
    lock.lock();
    return;
  }
  auto job = std::move(shared_.queue.front());
  shared_.queue.pop_front();
  // The loop has answered it already.
  if (job.deadline <= std::chrono::steady_clock::now()) return;
  lock.unlock();
  run(std::move(job));
  lock.lock();
}

void PostgresWorker::run(PostgresJob job) {
  if (stale()) disconnect("PostgreSQL: the connection was closed while idle");
  if (!connection_ && !connect()) {
    return shared_.finished(
        job.id, StoreError{StoreErrorKind::kUnavailable, "PostgreSQL: the connection broke"});
  }
  // Connecting took its time: the loop has answered, and what nobody waits for is better not done.
  const auto begun = std::chrono::steady_clock::now();
  shared_.settings.waited.observe(begun - job.queued);
  if (job.deadline <= begun) return;
  {
    const std::lock_guard lock(shared_.mutex);
    busy_until_ = job.deadline;
    ++shared_.running;
  }
  std::optional<StoreError> error;
  try {
    error = job.run(*connection_);
  } catch (...) {
    error = current_postgres_error(shared_.conninfo);
  }
  shared_.settings.worked.observe(std::chrono::steady_clock::now() - begun);
  bool broken_off = false;
  {
    const std::lock_guard lock(shared_.mutex);
    busy_until_.reset();
    broken_off = broken_off_;
    --shared_.running;
  }
  const bool lost = broken_off || !connection_->is_open() ||
                    (error && error->kind == StoreErrorKind::kUnavailable);
  if (broken_off) {
    // The next ones need not wait as long to learn that the server hangs.
    disconnect("PostgreSQL: no answer before the deadline");
  } else if (lost) {
    disconnect(error ? error->text : "PostgreSQL: the connection broke");
  }
  shared_.finished(job.id, std::move(error));
}

void PostgresWorker::check_idle() {
  if (stale()) return disconnect("PostgreSQL: the connection was closed while idle");
  {
    const std::lock_guard lock(shared_.mutex);
    busy_until_ = std::chrono::steady_clock::now() + shared_.settings.idle_check;
  }
  std::optional<StoreError> error;
  try {
    pqxx::nontransaction(*connection_).exec("SELECT 1");
  } catch (...) {
    error = current_postgres_error(shared_.conninfo);
  }
  {
    const std::lock_guard lock(shared_.mutex);
    busy_until_.reset();
    if (broken_off_) error = StoreError{StoreErrorKind::kTimeout, "PostgreSQL: no answer", false};
  }
  if (error) disconnect(error->text);
}

bool PostgresWorker::connect() {
  try {
    connection_.emplace(shared_.conninfo.text());
// A connection that broke must not come back by itself in the middle of a job: it would wait where
// nothing watches it. Deprecated in libpqxx only because version 7 never does this.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    connection_->inhibit_reactivation(true);
#pragma GCC diagnostic pop
    if (shared_.prepare) shared_.prepare(*connection_);
  } catch (...) {
    connection_.reset();
    note_failure(current_postgres_error(shared_.conninfo).text);
    return false;
  }
  const std::lock_guard lock(shared_.mutex);
  socket_ = ::dup(connection_->sock());
  broken_off_ = false;
  backoff_ = std::chrono::milliseconds(0);
  ++shared_.connects;
  ++shared_.connected;
  shared_.down = false;
  shared_.reason.clear();
  return true;
}

void PostgresWorker::disconnect(const std::string& reason) {
  if (!connection_) return;
  {
    const std::lock_guard lock(shared_.mutex);
    ::close(socket_);
    socket_ = -1;
    if (--shared_.connected == 0) {
      shared_.reason = reason;
      // Broken off: the server hangs, and connecting would hang as well.
      if (broken_off_) shared_.down = true;
    }
  }
  connection_.reset();
}

void PostgresWorker::note_failure(std::string reason) {
  std::deque<PostgresJob> refused;
  {
    const std::lock_guard lock(shared_.mutex);
    ++shared_.connect_failures;
    if (shared_.connected > 0) return;
    shared_.down = true;
    shared_.reason = reason;
    refused.swap(shared_.queue);
  }
  for (auto& job : refused) {
    shared_.finished(job.id, StoreError{StoreErrorKind::kUnavailable, reason});
  }
}

// The wait before connecting again doubles; half to the whole of it, so that a fleet of workers
// does not come back in one instant.
void PostgresWorker::pause() {
  thread_local std::minstd_rand engine{std::random_device{}()};
  backoff_ = std::clamp(backoff_ * 2, shared_.settings.backoff_min, shared_.settings.backoff_max);
  std::uniform_int_distribution<std::int64_t> spread(backoff_.count() / 2, backoff_.count());
  const std::chrono::milliseconds wait(spread(engine));
  std::unique_lock lock(shared_.mutex);
  shared_.wake.wait_for(lock, wait, [this] { return shared_.stopping; });
}

// Between two jobs the server has nothing to say: if the socket is readable, it is a farewell.
bool PostgresWorker::stale() const {
  if (!connection_) return false;
  pollfd probe{connection_->sock(), POLLIN, 0};
  return ::poll(&probe, 1, 0) != 0;
}

}  // namespace monarch::stores
