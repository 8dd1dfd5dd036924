// run(): drives a task of a core whose ports answer at once, for tests.
#pragma once

#include <optional>
#include <utility>

#include "base/task.hpp"

namespace monarch::auth::testing {

namespace detail {

template <class T>
Task<void> store_result(Task<T> task, std::optional<T>& place) {
  place.emplace(co_await task);
}

}  // namespace detail

template <class T>
T run(Task<T> task) {
  std::optional<T> result;
  TaskScope scope;
  scope.spawn(detail::store_result(std::move(task), result));
  MONARCH_ASSERT(result.has_value());
  return std::move(*result);
}

inline void run(Task<void> task) {
  TaskScope scope;
  scope.spawn(std::move(task));
  MONARCH_ASSERT(scope.running() == 0);
}

}  // namespace monarch::auth::testing
