// Result<T, E>: a value or the error that stood in its way. It is how every call that can fail for
// reasons outside the program answers; exceptions do not cross a module's border.
#pragma once

#include <utility>
#include <variant>

#include "base/assert.hpp"

namespace monarch {

// Wraps an error so that `return fail(error)` reads as what it is and T and E may be the same type.
template <class E>
struct Failure {
  E error;
};

template <class E>
[[nodiscard]] Failure<std::decay_t<E>> fail(E&& error) {
  return {std::forward<E>(error)};
}

template <class T, class E>
class [[nodiscard]] Result {
 public:
  // NOLINTNEXTLINE(google-explicit-constructor): a value is a result.
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  template <class F>
  // NOLINTNEXTLINE(google-explicit-constructor): and so is a failure.
  Result(Failure<F> failure) : state_(std::in_place_index<1>, std::move(failure.error)) {}

  [[nodiscard]] bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }

  [[nodiscard]] T& value() & { return checked(std::get_if<0>(&state_)); }
  [[nodiscard]] const T& value() const& { return checked(std::get_if<0>(&state_)); }
  [[nodiscard]] T&& value() && { return std::move(checked(std::get_if<0>(&state_))); }
  [[nodiscard]] E& error() { return checked(std::get_if<1>(&state_)); }
  [[nodiscard]] const E& error() const { return checked(std::get_if<1>(&state_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

 private:
  template <class P>
  static P& checked(P* place) {
    MONARCH_ASSERT(place != nullptr);
    return *place;
  }

  std::variant<T, E> state_;
};

// A result without a value: Status<E> s; return fail(…) or return Ok{}.
struct Ok {};
template <class E>
using Outcome = Result<Ok, E>;

}  // namespace monarch
