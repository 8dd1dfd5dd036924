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
#include <sys/resource.h>
#include <unistd.h>

#include "base/assert.hpp"

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

double descriptors_max() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<double>(limit.rlim_cur);
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

template <class Metric>
struct Family<Metric>::State {
  // Makes the metric with these labels.
  std::function<Metric(const prometheus::Labels&)> add;
  LabelNames labels;
  std::size_t values_max;
  std::mutex mutex;
  std::map<std::vector<std::string>, Metric> metrics;

  Metric with(std::initializer_list<std::string_view> values) {
    MONARCH_ASSERT(values.size() == labels.size());
    std::vector<std::string> key(values.begin(), values.end());
    const std::lock_guard lock(mutex);
    if (const auto place = metrics.find(key); place != metrics.end()) return place->second;
    // One of the values is "other" itself; those that came too late are not remembered.
    if (metrics.size() + 1 >= values_max) {
      key.assign(labels.size(), "other");
      if (const auto place = metrics.find(key); place != metrics.end()) return place->second;
    }
    prometheus::Labels named;
    for (std::size_t i = 0; i < labels.size(); ++i) named.emplace(labels[i], key[i]);
    return metrics.emplace(std::move(key), add(named)).first->second;
  }
};

template <class Metric>
Metric Family<Metric>::with(std::initializer_list<std::string_view> label_values) {
  return state_ ? state_->with(label_values) : Metric();
}

// `extra` is what the family needs to make a metric beyond its labels; `owner` is whose family it
// is.
template <class Metric, class Exposed, class... Extra>
Family<Metric> family_of(std::shared_ptr<const void> owner, Exposed& exposed, LabelNames labels,
                         std::size_t values_max, const Extra&... extra) {
  const auto add = [owner = std::move(owner), &exposed, extra...](const prometheus::Labels& of) {
    return Metric(&exposed.Add(of, extra...));
  };
  using State = typename Family<Metric>::State;
  return Family<Metric>(
      std::shared_ptr<State>(new State{add, std::move(labels), values_max, {}, {}}));
}

template class Family<Counter>;
template class Family<Gauge>;
template class Family<Histogram>;

struct Registry::Exposed {
  std::string service;
  prometheus::Registry registry;
  std::mutex mutex;
  std::vector<std::function<void()>> collectors;
};

Registry::Registry(std::string service) {
  prefix_ = "monarch_" + service + "_";
  exposed_ = std::make_shared<Exposed>();
  exposed_->service = std::move(service);
  common_ = std::unique_ptr<Registry>(new Registry("monarch_", exposed_));
}

Registry::Registry(std::string prefix, std::shared_ptr<Exposed> exposed)
    : prefix_(std::move(prefix)), exposed_(std::move(exposed)) {}

Registry::~Registry() = default;

Registry& Registry::common() { return common_ ? *common_ : *this; }

Counter Registry::counter(const std::string& name, const std::string& help, Labels labels) {
  auto& family =
      prometheus::BuildCounter().Name(prefix_ + name).Help(help).Register(exposed_->registry);
  return Counter(&family.Add(to_labels(labels)));
}

Gauge Registry::gauge(const std::string& name, const std::string& help, Labels labels) {
  auto& family =
      prometheus::BuildGauge().Name(prefix_ + name).Help(help).Register(exposed_->registry);
  return Gauge(&family.Add(to_labels(labels)));
}

Histogram Registry::histogram(const std::string& name, const std::string& help,
                              const std::vector<double>& buckets, Labels labels) {
  auto& family =
      prometheus::BuildHistogram().Name(prefix_ + name).Help(help).Register(exposed_->registry);
  return Histogram(&family.Add(to_labels(labels), buckets));
}

CounterFamily Registry::counter_family(const std::string& name, const std::string& help,
                                       LabelNames labels, std::size_t values_max) {
  return family_of<Counter>(
      exposed_,
      prometheus::BuildCounter().Name(prefix_ + name).Help(help).Register(exposed_->registry),
      std::move(labels), values_max);
}

GaugeFamily Registry::gauge_family(const std::string& name, const std::string& help,
                                   LabelNames labels, std::size_t values_max) {
  return family_of<Gauge>(
      exposed_,
      prometheus::BuildGauge().Name(prefix_ + name).Help(help).Register(exposed_->registry),
      std::move(labels), values_max);
}

HistogramFamily Registry::histogram_family(const std::string& name, const std::string& help,
                                           const std::vector<double>& buckets, LabelNames labels,
                                           std::size_t values_max) {
  return family_of<Histogram>(
      exposed_,
      prometheus::BuildHistogram().Name(prefix_ + name).Help(help).Register(exposed_->registry),
      std::move(labels), values_max, buckets);
}

void Registry::on_collect(std::function<void()> collect) {
  const std::lock_guard lock(exposed_->mutex);
  exposed_->collectors.push_back(std::move(collect));
}

void Registry::add_process_metrics(const std::string& version) {
  auto& registry = exposed_->registry;
  prometheus::BuildGauge()
      .Name("monarch_build_info")
      .Help("Always 1; the labels say what runs")
      .Register(registry)
      .Add({{"service", exposed_->service}, {"version", version}})
      .Set(1);
  const auto gauge = [&registry](const char* name, const char* help) {
    return Gauge(&prometheus::BuildGauge().Name(name).Help(help).Register(registry).Add({}));
  };
  gauge("process_start_time_seconds", "When the process started, in Unix time")
      .set(std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
               .count());
  auto resident = gauge("process_resident_memory_bytes", "Resident memory");
  auto descriptors = gauge("process_open_fds", "Open file descriptors");
  gauge("process_max_fds", "File descriptors that the process may open").set(descriptors_max());
  auto& cpu = prometheus::BuildCounter()
                  .Name("process_cpu_seconds_total")
                  .Help("User and system CPU time used")
                  .Register(registry)
                  .Add({});
  on_collect([resident, descriptors, &cpu]() mutable {
    resident.set(resident_bytes());
    descriptors.set(open_descriptors());
    cpu.Increment(cpu_seconds() - cpu.Value());
  });
}

std::string Registry::expose() {
  std::vector<std::function<void()>> collectors;
  {
    const std::lock_guard lock(exposed_->mutex);
    collectors = exposed_->collectors;
  }
  for (const auto& collect : collectors) collect();
  return prometheus::TextSerializer().Serialize(exposed_->registry.Collect());
}

}  // namespace monarch::metrics
