#include "stores/postgres_pool.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include "stores/postgres_worker.hpp"

namespace monarch::stores {

namespace {

constexpr std::chrono::milliseconds kSweep{50};

Conninfo with_limits(Conninfo conninfo, const PostgresSettings& settings) {
  using std::to_string;
  conninfo.set_default("application_name", settings.application_name);
  conninfo.set_default("connect_timeout", to_string(settings.connect_timeout.count()));
  conninfo.set_default("keepalives_idle", "2");
  conninfo.set_default("keepalives_interval", "1");
  conninfo.set_default("keepalives_count", "3");
  conninfo.set_default("tcp_user_timeout", "4000");
  conninfo.set_default("client_encoding", "UTF8");
  const auto statement = to_string(settings.statement_timeout.count());
  conninfo.set_server_option("statement_timeout", statement);
  conninfo.set_server_option("idle_in_transaction_session_timeout", statement);
  // The server notices that we broke a statement off and ends it.
  conninfo.set_server_option("client_connection_check_interval", "1000");
  return conninfo;
}

}  // namespace

class PostgresPool::Impl : public std::enable_shared_from_this<PostgresPool::Impl> {
 public:
  explicit Impl(boost::asio::io_context& loop) : loop_(loop), sweep_timer_(loop) {}

  void start(PostgresSettings settings, Prepare prepare) {
    auto conninfo = Conninfo::parse(settings.conninfo);
    if (conninfo.ok()) {
      shared_.conninfo = with_limits(std::move(conninfo.value()), settings);
    } else {
      shared_.down = true;
      shared_.reason = conninfo.error().text;
    }
    shared_.settings = std::move(settings);
    shared_.prepare = std::move(prepare);
    shared_.finished = [this](std::uint64_t id, std::optional<StoreError> error) {
      boost::asio::post(loop_, [self = shared_from_this(), id, error = std::move(error)]() mutable {
        self->finish(id, std::move(error));
      });
    };
    if (!conninfo.ok()) return;
    for (std::size_t i = 0; i < shared_.settings.connections; ++i) {
      workers_.push_back(std::make_unique<PostgresWorker>(shared_));
    }
    sweep();
  }

  void enqueue(Job job, Done done, Duration deadline) {
    ++counters_.submitted;
    if (deadline <= Duration::zero()) deadline = shared_.settings.deadline;
    const auto now = std::chrono::steady_clock::now();
    const auto until = now + deadline;
    std::optional<StoreError> refusal;
    {
      const std::lock_guard lock(shared_.mutex);
      if (shared_.stopping || shared_.down) {
        refusal = StoreError{StoreErrorKind::kUnavailable, shared_.reason};
      } else if (shared_.queue.size() >= shared_.settings.queue_max) {
        refusal = StoreError{StoreErrorKind::kOverloaded, "PostgreSQL: too many jobs wait"};
      } else {
        shared_.queue.push_back({++last_id_, std::move(job), until, now});
      }
    }
    if (!refusal) {
      // Only this thread looks at what is pending, so it is in time for any answer.
      pending_.emplace(last_id_, Pending{std::move(done), until});
      shared_.wake.notify_one();
      return;
    }
    ++counters_.refused;
    ++counters_.failed;
    boost::asio::post(loop_, [done = std::move(done), error = std::move(refusal)]() mutable {
      done(std::move(error));
    });
  }

  // Ends the workers; afterwards nothing of shared_ is used by another thread.
  void close() {
    {
      const std::lock_guard lock(shared_.mutex);
      shared_.stopping = true;
      shared_.reason = "PostgreSQL: the pool was stopped";
      shared_.queue.clear();
      for (auto& worker : workers_) worker->break_off({}, true);
    }
    shared_.wake.notify_all();
    workers_.clear();
    sweep_timer_.cancel();
  }

  void stop() {
    close();
    fail_all();
  }

  void abandon() {
    close();
    pending_.clear();
  }

  [[nodiscard]] StoreHealth health() {
    const std::lock_guard lock(shared_.mutex);
    if (shared_.connected > 0 && !shared_.stopping) return {true, {}};
    return {false, shared_.reason};
  }

  [[nodiscard]] PostgresCounters counters() {
    auto counters = counters_;
    const std::lock_guard lock(shared_.mutex);
    counters.connects = shared_.connects;
    counters.connect_failures = shared_.connect_failures;
    counters.queued = shared_.queue.size();
    counters.running = shared_.running;
    counters.connected = shared_.connected;
    return counters;
  }

 private:
  struct Pending {
    Done done;
    TimePoint deadline;
  };

  void finish(std::uint64_t id, std::optional<StoreError> error) {
    const auto found = pending_.find(id);
    if (found == pending_.end()) return;  // its deadline has passed
    auto done = std::move(found->second.done);
    pending_.erase(found);
    ++(error ? counters_.failed : counters_.completed);
    done(std::move(error));
  }

  void sweep() {
    sweep_timer_.expires_after(kSweep);
    sweep_timer_.async_wait([self = shared_from_this()](boost::system::error_code error) {
      if (error) return;
      const auto now = std::chrono::steady_clock::now();
      {
        const std::lock_guard lock(self->shared_.mutex);
        if (self->shared_.stopping) return;
        for (auto& worker : self->workers_) worker->break_off(now, false);
      }
      self->sweep();
      self->expire(now);
    });
  }

  void expire(TimePoint now) {
    std::vector<std::pair<std::uint64_t, Done>> expired;
    for (auto& [id, pending] : pending_) {
      if (pending.deadline <= now) expired.emplace_back(id, std::move(pending.done));
    }
    for (auto& [id, done] : expired) {
      pending_.erase(id);
      ++counters_.timeouts;
      ++counters_.failed;
      done(StoreError{StoreErrorKind::kTimeout, "PostgreSQL: no answer before the deadline",
                      !withdraw(id)});
    }
  }

  // Takes a job that no worker has begun out of the queue.
  bool withdraw(std::uint64_t id) {
    const std::lock_guard lock(shared_.mutex);
    return std::erase_if(shared_.queue, [id](const PostgresJob& job) { return job.id == id; }) > 0;
  }

  void fail_all() {
    auto pending = std::exchange(pending_, {});
    for (auto& [id, waiting] : pending) {
      ++counters_.failed;
      waiting.done(
          StoreError{StoreErrorKind::kUnavailable, "PostgreSQL: the pool was stopped", true});
    }
  }

  boost::asio::io_context& loop_;
  boost::asio::steady_timer sweep_timer_;
  PostgresShared shared_;
  std::vector<std::unique_ptr<PostgresWorker>> workers_;
  std::unordered_map<std::uint64_t, Pending> pending_;
  std::uint64_t last_id_ = 0;
  PostgresCounters counters_;
};

PostgresPool::PostgresPool(boost::asio::io_context& loop, PostgresSettings settings,
                           Prepare prepare)
    : impl_(std::make_shared<Impl>(loop)) {
  impl_->start(std::move(settings), std::move(prepare));
}

PostgresPool::~PostgresPool() { impl_->abandon(); }

void PostgresPool::enqueue(Job job, Done done, Duration deadline) {
  impl_->enqueue(std::move(job), std::move(done), deadline);
}

StoreHealth PostgresPool::health() const { return impl_->health(); }
PostgresCounters PostgresPool::counters() const { return impl_->counters(); }
void PostgresPool::stop() { impl_->stop(); }

}  // namespace monarch::stores
