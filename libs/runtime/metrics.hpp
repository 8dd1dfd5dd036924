// Metrics: counters, gauges and histograms for Prometheus. Handles are pointers to copy about and
// are valid as long as the registry; any thread. A default-made handle does nothing, which is what
// tests of other things want.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.hpp"

namespace monarch::metrics {

class Counter {
 public:
  Counter() = default;
  explicit Counter(void* impl) : impl_(impl) {}
  void add(std::uint64_t by = 1);

 private:
  void* impl_ = nullptr;
};

class Gauge {
 public:
  Gauge() = default;
  explicit Gauge(void* impl) : impl_(impl) {}
  void set(double value);
  void add(double by = 1);
  void sub(double by = 1) { add(-by); }

 private:
  void* impl_ = nullptr;
};

class Histogram {
 public:
  Histogram() = default;
  explicit Histogram(void* impl) : impl_(impl) {}
  void observe(double value);
  // In seconds.
  void observe(Duration time) { observe(std::chrono::duration<double>(time).count()); }

 private:
  void* impl_ = nullptr;
};

using Labels = std::initializer_list<std::pair<std::string, std::string>>;

// From 50 µs to 10 s: for how long something took.
[[nodiscard]] const std::vector<double>& seconds_buckets();
// Powers of four from 1 to 65536: for how many or how large.
[[nodiscard]] const std::vector<double>& size_buckets();

// Counters that differ in the value of one label. Values beyond the limit share the value "other",
// so that no peer can make the process grow by inventing names. Copies are one family.
class CounterFamily {
 public:
  CounterFamily() = default;
  Counter with(std::string_view label_value);

  struct State;
  explicit CounterFamily(std::shared_ptr<State> state) : state_(std::move(state)) {}

 private:
  std::shared_ptr<State> state_;
};

class Registry {
 public:
  // Names given below become monarch_<service>_<name>: counters end in _total, others in a unit.
  explicit Registry(std::string service);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  [[nodiscard]] Counter counter(const std::string& name, const std::string& help,
                                Labels labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help, Labels labels = {});
  // One that means the same in every service, and bears none's name: monarch_<name>.
  [[nodiscard]] Gauge common_gauge(const std::string& name, const std::string& help);
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help,
                                    const std::vector<double>& buckets, Labels labels = {});
  [[nodiscard]] CounterFamily counter_family(const std::string& name, const std::string& help,
                                             const std::string& label,
                                             std::size_t label_values_max = 100);

  // Called before each exposition, on its thread: to set gauges that are cheap to ask for.
  void on_collect(std::function<void()> collect);
  // monarch_build_info and what Prometheus expects of a process: start time, memory, descriptors.
  void add_process_metrics(const std::string& version);
  // The text that /metrics answers with.
  [[nodiscard]] std::string expose();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::metrics
