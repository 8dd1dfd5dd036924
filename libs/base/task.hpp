// Task<T>: a coroutine that a rule of a core is written as when it has to ask the world between two
// steps. Single-threaded: a task, what it awaits and who resumes it live on one loop. The cores see
// only Task and Eventual, so the same rule runs on the event loop and in the simulation.
//
// COMPILER(g++ 12): in a co_await expression pass named objects or plain values, never a braced
// temporary with a destructor: the compiler may destroy it twice (GCC bug 99576 and its family).
#pragma once

#include <coroutine>
#include <exception>
#include <list>
#include <memory>
#include <optional>
#include <utility>

#include "base/assert.hpp"

namespace monarch {

namespace detail {

struct TaskPromiseBase {
  std::coroutine_handle<> continuation = std::noop_coroutine();

  struct FinalAwaiter {
    [[nodiscard]] bool await_ready() const noexcept { return false; }
    template <class P>
    std::coroutine_handle<> await_suspend(std::coroutine_handle<P> self) noexcept {
      return self.promise().continuation;
    }
    void await_resume() const noexcept {}
  };

  std::suspend_always initial_suspend() noexcept { return {}; }
  FinalAwaiter final_suspend() noexcept { return {}; }
  // Adapters turn exceptions into results; one that comes this far is a bug.
  void unhandled_exception() noexcept { std::terminate(); }
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::TaskPromiseBase {
    std::optional<T> value;
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    template <class U>
    void return_value(U&& result) {
      value.emplace(std::forward<U>(result));
    }
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().continuation = awaiting;
    return handle_;
  }
  T await_resume() { return std::move(*handle_.promise().value); }

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

template <>
class [[nodiscard]] Task<void> {
 public:
  struct promise_type : detail::TaskPromiseBase {
    Task get_return_object() { return Task(Handle::from_promise(*this)); }
    void return_void() {}
  };
  using Handle = std::coroutine_handle<promise_type>;

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  [[nodiscard]] bool await_ready() const noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> awaiting) noexcept {
    handle_.promise().continuation = awaiting;
    return handle_;
  }
  void await_resume() const noexcept {}

 private:
  explicit Task(Handle handle) : handle_(handle) {}
  Handle handle_;
};

// Eventual<T>: a value that arrives later, once, through a callback. The port that makes it keeps a
// copy (a shared state) and calls set(); the task awaits another. A task destroyed while it waits
// (a crash in the simulation, a process that stops) is forgotten: set() then does nothing.
template <class T>
class Eventual {
  struct State {
    std::optional<T> value;
    std::coroutine_handle<> waiter;
  };

 public:
  void set(T value) const {
    MONARCH_ASSERT(!state_->value.has_value());
    state_->value.emplace(std::move(value));
    if (auto waiter = std::exchange(state_->waiter, nullptr)) waiter.resume();
  }

  class Awaiter {
   public:
    explicit Awaiter(std::shared_ptr<State> state) : state_(std::move(state)) {}
    Awaiter(const Awaiter&) = delete;
    Awaiter& operator=(const Awaiter&) = delete;
    ~Awaiter() { state_->waiter = nullptr; }
    [[nodiscard]] bool await_ready() const { return state_->value.has_value(); }
    void await_suspend(std::coroutine_handle<> waiter) { state_->waiter = waiter; }
    T await_resume() { return std::move(*state_->value); }

   private:
    std::shared_ptr<State> state_;
  };

  Awaiter operator co_await() const { return Awaiter(state_); }

 private:
  std::shared_ptr<State> state_ = std::make_shared<State>();
};

// Owns tasks that run on their own until they end. Destroying the scope destroys what still runs,
// at the point where it waits.
class TaskScope {
 public:
  TaskScope() = default;
  TaskScope(const TaskScope&) = delete;
  TaskScope& operator=(const TaskScope&) = delete;
  ~TaskScope() {
    for (auto& root : roots_) root.handle.destroy();
  }

  void spawn(Task<void> task) {
    roots_.push_back({nullptr});
    auto place = std::prev(roots_.end());
    Root root = run(this, place, std::move(task));
    place->handle = root.handle;
    root.handle.resume();
  }

  [[nodiscard]] std::size_t running() const { return roots_.size(); }

 private:
  struct Root {
    struct promise_type {
      Root get_return_object() {
        return {std::coroutine_handle<promise_type>::from_promise(*this)};
      }
      std::suspend_always initial_suspend() noexcept { return {}; }
      std::suspend_never final_suspend() noexcept { return {}; }
      void return_void() {}
      void unhandled_exception() noexcept { std::terminate(); }
    };
    std::coroutine_handle<> handle;
  };

  static Root run(TaskScope* scope, std::list<Root>::iterator place, Task<void> task) {
    co_await task;
    // From here the frame frees itself; the scope must not do it a second time.
    scope->roots_.erase(place);
  }

  std::list<Root> roots_;
};

}  // namespace monarch
