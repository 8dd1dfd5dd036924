// Deferred work of the in-memory ports: every effect and every completion is a step that runs when
// the test or the simulation says so, in order or, given a random source, in any order. One thread.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>

#include "base/assert.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/task.hpp"

namespace monarch::presence::testing {

class Steps {
 public:
  Steps() = default;
  // Takes any waiting step next instead of the oldest.
  explicit Steps(Random& random) : random_(&random) {}

  void post(std::function<void()> step) { waiting_.push_back(std::move(step)); }

  // False when nothing waits.
  bool run_one() {
    if (waiting_.empty()) return false;
    if (random_ != nullptr) {
      std::swap(waiting_.front(), waiting_[random_->below(waiting_.size())]);
    }
    auto step = std::move(waiting_.front());
    waiting_.pop_front();
    step();
    return true;
  }
  void run_all() {
    while (run_one()) {
    }
  }
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

  // Spawns the task in `scope` and runs steps until it has ended.
  template <class T>
  T await(Task<T> task) {
    std::optional<T> result;
    TaskScope scope;
    scope.spawn(store(std::move(task), result));
    while (!result && run_one()) {
    }
    MONARCH_ASSERT(result.has_value());
    return std::move(*result);
  }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return await(wait_for(eventual));
  }

 private:
  template <class T>
  static Task<void> store(Task<T> task, std::optional<T>& result) {
    result = co_await task;
  }
  template <class T>
  static Task<T> wait_for(Eventual<T> eventual) {
    co_return co_await eventual;
  }

  Random* random_ = nullptr;
  std::deque<std::function<void()>> waiting_;
};

// What becomes of a call to a port.
enum class Fate {
  kDone,
  kFailed,  // nothing happens, and the caller is told so
  kLost,    // it happens, and the caller is told that it failed
};
// Asked at every call with the name of what is called; not set: all is done.
using Fates = std::function<Fate(const char* call)>;

[[nodiscard]] inline Fate fate_of(const Fates& fates, const char* call) {
  return fates ? fates(call) : Fate::kDone;
}

// The effect is one step, the answer a later one.
template <class T, class E>
Eventual<Result<T, E>> defer(Steps& steps, Fate fate, E error, std::function<T()> effect) {
  Eventual<Result<T, E>> answer;
  steps.post([&steps, fate, error, answer, effect = std::move(effect)] {
    if (fate == Fate::kFailed) {
      steps.post([answer, error] { answer.set(fail(error)); });
      return;
    }
    auto value = std::make_shared<T>(effect());
    steps.post([answer, error, fate, value] {
      if (fate == Fate::kLost) {
        answer.set(fail(error));
      } else {
        answer.set(std::move(*value));
      }
    });
  });
  return answer;
}

}  // namespace monarch::presence::testing
