// LoopRunner: an io_context that a test turns by hand until something holds. Test thread only.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>

#include <boost/asio/io_context.hpp>

#include "base/task.hpp"

namespace monarch::testing {

class LoopRunner {
 public:
  boost::asio::io_context& io() { return io_; }

  // Runs the loop until `holds`; false when the bound is reached.
  bool until(const std::function<bool()>& holds,
             std::chrono::milliseconds at_most = std::chrono::seconds(15)) {
    const auto end = std::chrono::steady_clock::now() + at_most;
    while (!holds()) {
      if (std::chrono::steady_clock::now() >= end) return false;
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(10));
    }
    return true;
  }

  // Runs the loop until the value has come.
  template <class T>
  T get(Eventual<T> eventual) {
    std::optional<T> value;
    TaskScope scope;
    scope.spawn(store(std::move(eventual), &value));
    MONARCH_ASSERT(until([&] { return value.has_value(); }, std::chrono::seconds(30)));
    return std::move(*value);
  }

 private:
  template <class T>
  static Task<void> store(Eventual<T> eventual, std::optional<T>* place) {
    place->emplace(co_await eventual);
  }

  boost::asio::io_context io_;
};

}  // namespace monarch::testing
