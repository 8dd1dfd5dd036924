#include "notification/adapters/worker.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace monarch::notification {

struct Worker::Impl {
  struct Waiting {
    TimePoint until;
    Job job;
    Told told;
  };

  Impl(net::Loop& its_loop, std::size_t threads, std::size_t most)
      : loop(its_loop.handle()), queue_max(most) {
    for (std::size_t i = 0; i < threads; ++i) crew.emplace_back([this] { work(); });
  }

  ~Impl() {
    {
      const std::lock_guard lock(mutex);
      stopping = true;
      queue.clear();
    }
    wake.notify_all();
    for (auto& one : crew) one.join();
  }

  void work() {
    for (;;) {
      std::unique_lock lock(mutex);
      wake.wait(lock, [this] { return stopping || !queue.empty(); });
      if (stopping) return;
      auto next = std::move(queue.front());
      queue.pop_front();
      lock.unlock();
      const Duration left = next.until - clock.now();
      Done done = fail(std::string("its time was over before its turn came"));
      if (left > Duration::zero()) done = next.job({left, stopping});
      tell(std::move(next.told), std::move(done));
    }
  }

  void tell(Told told, Done done) const {
    loop.post([told = std::move(told), done = std::move(done)] { told(done); });
  }

  net::LoopHandle loop;
  SystemClock clock;
  std::size_t queue_max;
  std::mutex mutex;
  std::condition_variable wake;
  std::deque<Waiting> queue;           // under mutex
  std::atomic<bool> stopping = false;  // set under mutex
  std::vector<std::thread> crew;
};

Worker::Worker(net::Loop& loop, std::size_t threads, std::size_t queue_max)
    : impl_(std::make_unique<Impl>(loop, threads, queue_max)) {}

Worker::~Worker() = default;

void Worker::submit(Duration within, Job job, Told told) {
  {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->queue.size() < impl_->queue_max) {
      impl_->queue.push_back({impl_->clock.now() + within, std::move(job), std::move(told)});
      impl_->wake.notify_one();
      return;
    }
  }
  impl_->tell(std::move(told), fail(std::string("the queue is full")));
}

}  // namespace monarch::notification
