#include "net/loop.hpp"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

namespace monarch::net {

namespace asio = boost::asio;

namespace detail {

// What other threads (and the loop itself) posted. It outlives the loop in the handles.
class Inbox {
 public:
  explicit Inbox(asio::io_context& io) : io_(&io) {}

  bool post(std::function<void()> function) {
    const std::lock_guard lock(mutex_);
    if (io_ == nullptr) return false;
    waiting_.push_back(std::move(function));
    if (waiting_.size() == 1) asio::post(*io_, [this] { drain(); });
    return true;
  }

  void close() {
    // Destroyed after the lock is released: destructors may post.
    std::vector<std::function<void()>> dropped;
    const std::lock_guard lock(mutex_);
    io_ = nullptr;
    dropped.swap(waiting_);
  }

 private:
  void drain() {
    std::vector<std::function<void()>> now = std::move(spare_);
    {
      const std::lock_guard lock(mutex_);
      now.swap(waiting_);
    }
    for (auto& function : now) {
      function();
      // What it holds goes before the next one runs, as if each were posted alone.
      function = nullptr;
    }
    now.clear();
    if (now.capacity() <= kSpareMax) spare_ = std::move(now);
  }

  static constexpr std::size_t kSpareMax = 4096;

  std::mutex mutex_;
  asio::io_context* io_;
  std::vector<std::function<void()>> waiting_;
  std::vector<std::function<void()>> spare_;  // loop thread: keeps the memory of the last round
};

}  // namespace detail

namespace {

constexpr std::size_t kReadBufferBytes = 64 * 1024;
// How often run_until() looks when nothing happens on the loop.
constexpr auto kLookEvery = std::chrono::milliseconds(5);

}  // namespace

bool LoopHandle::post(std::function<void()> function) const {
  return inbox_->post(std::move(function));
}

struct Loop::Impl {
  // Every object on it is used on the loop's thread alone, so the reactor's per-descriptor locks
  // are not needed; posting keeps its own.
  asio::io_context io{BOOST_ASIO_CONCURRENCY_HINT_UNSAFE_IO};
  asio::executor_work_guard<asio::io_context::executor_type> work{io.get_executor()};
  std::shared_ptr<detail::Inbox> inbox = std::make_shared<detail::Inbox>(io);
  std::atomic<std::thread::id> thread;
  std::vector<char> buffer = std::vector<char>(kReadBufferBytes);
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {}

Loop::~Loop() { close(); }

void Loop::close() { impl_->inbox->close(); }

void Loop::run() {
  impl_->thread = std::this_thread::get_id();
  impl_->io.run();
  impl_->io.restart();
  impl_->thread = std::thread::id();
}

void Loop::stop() { impl_->io.stop(); }

bool Loop::run_until(const std::function<bool()>& done, Duration at_most) {
  const TimePoint end = std::chrono::steady_clock::now() + at_most;
  impl_->thread = std::this_thread::get_id();
  bool holds = done();
  while (!holds && std::chrono::steady_clock::now() < end) {
    impl_->io.run_one_for(kLookEvery);
    holds = done();
  }
  impl_->thread = std::thread::id();
  return holds;
}

void Loop::post(std::function<void()> function) { impl_->inbox->post(std::move(function)); }

LoopHandle Loop::handle() const { return LoopHandle(impl_->inbox); }

bool Loop::on_thread() const { return impl_->thread == std::this_thread::get_id(); }

std::span<char> Loop::read_buffer() { return impl_->buffer; }

asio::io_context& Loop::io() { return impl_->io; }

struct Timer::Impl : std::enable_shared_from_this<Timer::Impl> {
  explicit Impl(asio::io_context& io) : timer(io.get_executor()) {}

  asio::basic_waitable_timer<std::chrono::steady_clock,
                             asio::wait_traits<std::chrono::steady_clock>,
                             asio::io_context::executor_type>
      timer;
  std::function<void()> callback;
  // Tells a wait that was replaced, but whose end was already queued, from the present one.
  std::uint64_t generation = 0;
  bool pending = false;
};

Timer::Timer(Loop& loop) : impl_(std::make_shared<Impl>(loop.io())) {}

Timer::~Timer() { cancel(); }

void Timer::start(Duration after, std::function<void()> callback) {
  impl_->callback = std::move(callback);
  impl_->pending = true;
  impl_->timer.expires_after(after);
  impl_->timer.async_wait([self = impl_, mine = ++impl_->generation](auto) {
    if (!self->pending || mine != self->generation) return;
    self->pending = false;
    // The callback may start the timer anew or destroy it.
    const auto due = std::exchange(self->callback, nullptr);
    due();
  });
}

void Timer::cancel() {
  ++impl_->generation;
  impl_->pending = false;
  impl_->callback = nullptr;
  impl_->timer.cancel();
}

bool Timer::pending() const { return impl_->pending; }

}  // namespace monarch::net
