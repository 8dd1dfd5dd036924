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
using LabelNames = std::vector<std::string>;
inline constexpr std::size_t kLabelValuesMax = 100;

// From 50 µs to 10 s: for how long something took.
[[nodiscard]] const std::vector<double>& seconds_buckets();
// Powers of four from 1 to 65536: for how many or how large.
[[nodiscard]] const std::vector<double>& size_buckets();

// Metrics of one name that differ in the values of their labels. Values beyond the limit share the
// value "other", so that no peer can make the process grow by inventing names. Copies are one
// family, and each keeps what it counts into alive: a call that ends when the registry is gone
// still has where to be counted. Not to be held by what on_collect() is given.
template <class Metric>
class Family {
 public:
  Family() = default;
  // One value for each label, in their order.
  Metric with(std::initializer_list<std::string_view> label_values);
  Metric with(std::string_view label_value) { return with({label_value}); }

  struct State;
  explicit Family(std::shared_ptr<State> state) : state_(std::move(state)) {}
  // Whether it is of a registry.
  [[nodiscard]] explicit operator bool() const { return state_ != nullptr; }

 private:
  std::shared_ptr<State> state_;
};

using CounterFamily = Family<Counter>;
using GaugeFamily = Family<Gauge>;
using HistogramFamily = Family<Histogram>;

class Registry {
 public:
  // Names given below become monarch_<service>_<name>: counters end in _total, others in a unit.
  explicit Registry(std::string service);
  ~Registry();
  // For what means the same in every service and bears none's name: monarch_<name>. It is exposed
  // with the rest.
  [[nodiscard]] Registry& common();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  [[nodiscard]] Counter counter(const std::string& name, const std::string& help,
                                Labels labels = {});
  [[nodiscard]] Gauge gauge(const std::string& name, const std::string& help, Labels labels = {});
  [[nodiscard]] Histogram histogram(const std::string& name, const std::string& help,
                                    const std::vector<double>& buckets, Labels labels = {});
  [[nodiscard]] CounterFamily counter_family(const std::string& name, const std::string& help,
                                             LabelNames labels,
                                             std::size_t values_max = kLabelValuesMax);
  [[nodiscard]] GaugeFamily gauge_family(const std::string& name, const std::string& help,
                                         LabelNames labels,
                                         std::size_t values_max = kLabelValuesMax);
  [[nodiscard]] HistogramFamily histogram_family(const std::string& name, const std::string& help,
                                                 const std::vector<double>& buckets,
                                                 LabelNames labels,
                                                 std::size_t values_max = kLabelValuesMax);

  // Called before each exposition, on its thread: to set gauges that are cheap to ask for.
  void on_collect(std::function<void()> collect);
  // monarch_build_info and what Prometheus expects of a process: start time, memory, descriptors.
  void add_process_metrics(const std::string& version);
  // The text that /metrics answers with.
  [[nodiscard]] std::string expose();

 private:
  struct Exposed;
  Registry(std::string prefix, std::shared_ptr<Exposed> exposed);

  std::string prefix_;
  std::shared_ptr<Exposed> exposed_;
  std::unique_ptr<Registry> common_;
};

}  // namespace monarch::metrics
