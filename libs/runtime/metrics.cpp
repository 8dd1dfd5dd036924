#include "runtime/metrics.hpp"

#include <chrono>
#include <dirent.h>
#include <fstream>
#include <map>
#include <mutex>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>
#include <unistd.h>

namespace monarch::metrics {

namespace {

prometheus::Labels to_labels(const Labels& labels) {
  prometheus::Labels result;
  for (const auto& [name, value] : labels) result.emplace(name, value);
  return result;
}

double resident_bytes() {
  std::ifstream file("/proc/self/statm");
  double total_pages = 0;
  double resident_pages = 0;
  file >> total_pages >> resident_pages;
  return resident_pages * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

double open_descriptors() {
  DIR* directory = ::opendir("/proc/self/fd");
  if (directory == nullptr) return 0;
  int count = 0;
  while (::readdir(directory) != nullptr) ++count;
  ::closedir(directory);
  return count - 3;  // ".", ".." and the directory itself
}

double cpu_seconds() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

}  // namespace

void Counter::add(std::uint64_t by) {
  if (impl_ != nullptr) {
    static_cast<prometheus::Counter*>(impl_)->Increment(static_cast<double>(by));
  }
}

void Gauge::set(double value) {
  if (impl_ != nullptr) static_cast<prometheus::Gauge*>(impl_)->Set(value);
}

void Gauge::add(double by) {
  if (impl_ != nullptr) static_cast<prometheus::Gauge*>(impl_)->Increment(by);
}

void Histogram::observe(double value) {
  if (impl_ != nullptr) static_cast<prometheus::Histogram*>(impl_)->Observe(value);
}

const std::vector<double>& seconds_buckets() {
  static const std::vector<double> buckets{0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025,
                                           0.005,   0.01,   0.025,   0.05,   0.1,   0.25,
                                           0.5,     1,      2.5,     5,      10};
  return buckets;
}

const std::vector<double>& size_buckets() {
  static const std::vector<double> buckets{1, 4, 16, 64, 256, 1024, 4096, 16384, 65536};
  return buckets;
}

struct CounterFamily::State {
  prometheus::Family<prometheus::Counter>& family;
  std::string label;
  std::size_t values_max;
  std::mutex mutex;
  std::map<std::string, Counter, std::less<>> counters;

  Counter with(std::string_view value) {
    const std::lock_guard lock(mutex);
    if (const auto place = counters.find(value); place != counters.end()) return place->second;
    // One of the values is "other" itself.
    const bool full = counters.size() + 1 >= values_max;
    const std::string name(full ? "other" : value);
    const Counter counter(&family.Add({{label, name}}));
    // Values that came too late are not remembered, only what they share.
    counters.emplace(name, counter);
    return counter;
  }
};

Counter CounterFamily::with(std::string_view label_value) {
  return state_ ? state_->with(label_value) : Counter();
}

struct Registry::Impl {
  std::string prefix;
  std::string service;
  prometheus::Registry registry;
  std::mutex mutex;
  std::vector<std::function<void()>> collectors;
};

Registry::Registry(std::string service) : impl_(std::make_unique<Impl>()) {
  impl_->prefix = "monarch_" + service + "_";
  impl_->service = std::move(service);
}

Registry::~Registry() = default;

Counter Registry::counter(const std::string& name, const std::string& help, Labels labels) {
  auto& family =
      prometheus::BuildCounter().Name(impl_->prefix + name).Help(help).Register(impl_->registry);
  return Counter(&family.Add(to_labels(labels)));
}

Gauge Registry::gauge(const std::string& name, const std::string& help, Labels labels) {
  auto& family =
      prometheus::BuildGauge().Name(impl_->prefix + name).Help(help).Register(impl_->registry);
  return Gauge(&family.Add(to_labels(labels)));
}

Gauge Registry::common_gauge(const std::string& name, const std::string& help) {
  auto& family =
      prometheus::BuildGauge().Name("monarch_" + name).Help(help).Register(impl_->registry);
  return Gauge(&family.Add({}));
}

Histogram Registry::histogram(const std::string& name, const std::string& help,
                              const std::vector<double>& buckets, Labels labels) {
  auto& family =
      prometheus::BuildHistogram().Name(impl_->prefix + name).Help(help).Register(impl_->registry);
  return Histogram(&family.Add(to_labels(labels), buckets));
}

CounterFamily Registry::counter_family(const std::string& name, const std::string& help,
                                       const std::string& label, std::size_t label_values_max) {
  auto& family =
      prometheus::BuildCounter().Name(impl_->prefix + name).Help(help).Register(impl_->registry);
  return CounterFamily(std::shared_ptr<CounterFamily::State>(
      new CounterFamily::State{family, label, label_values_max, {}, {}}));
}

void Registry::on_collect(std::function<void()> collect) {
  const std::lock_guard lock(impl_->mutex);
  impl_->collectors.push_back(std::move(collect));
}

void Registry::add_process_metrics(const std::string& version) {
  auto& registry = impl_->registry;
  prometheus::BuildGauge()
      .Name("monarch_build_info")
      .Help("Always 1; the labels say what runs")
      .Register(registry)
      .Add({{"service", impl_->service}, {"version", version}})
      .Set(1);
  const auto gauge = [&registry](const char* name, const char* help) {
    return Gauge(&prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({}));
  };
  gauge("process_start_time_seconds", "When the process started, in Unix time")
      .set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
               .count());
  auto resident = gauge("process_resident_memory_bytes", "Resident memory");
  auto descriptors = gauge("process_open_fds", "Open file descriptors");
  auto cpu = gauge("process_cpu_seconds", "User and system CPU time used");
  on_collect([resident, descriptors, cpu]() mutable {
    resident.set(resident_bytes());
    descriptors.set(open_descriptors());
    cpu.set(cpu_seconds());
  });
}

std::string Registry::expose() {
  std::vector<std::function<void()>> collectors;
  {
    const std::lock_guard lock(impl_->mutex);
    collectors = impl_->collectors;
  }
  for (const auto& collect : collectors) collect();
  return prometheus::TextSerializer().Serialize(impl_->registry.Collect());
}

}  // namespace monarch::metrics
