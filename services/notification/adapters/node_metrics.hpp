// NodeMetrics: copies what the node counts into the process's metrics, once a second. Loop thread
// only.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "notification/core/counters.hpp"
#include "notification/core/node.hpp"
#include "runtime/metrics.hpp"

namespace monarch::notification {

class NodeMetrics {
 public:
  explicit NodeMetrics(metrics::Registry& registry);
  void update(const Node& node);

 private:
  // A row of counters that differ in one label, and what of them has been told.
  struct Family {
    std::vector<metrics::Counter> counters;
    std::vector<std::uint64_t> told;
  };
  struct Single {
    metrics::Counter counter;
    std::uint64_t told = 0;
  };

  template <std::size_t N>
  static void update(Family& family, const std::array<std::uint64_t, N>& counts) {
    for (std::size_t i = 0; i < family.counters.size(); ++i) {
      family.counters[i].add(counts[i] - family.told[i]);
      family.told[i] = counts[i];
    }
  }
  static void update(Single& single, std::uint64_t count) {
    single.counter.add(count - single.told);
    single.told = count;
  }

  Family sign_ins_;
  Family commands_;
  Family closes_;
  Family presence_hints_;
  Family roster_hints_;
  Family repairs_;
  Single accepted_;
  Single bytes_received_;
  Single bytes_sent_;
  Single errors_sent_;
  Single requests_;
  Single requests_repeated_;
  Single requests_failed_;
  Single gaps_;
  Single hints_overflowed_;
  Single closes_dropped_;
  metrics::Gauge connections_;
  metrics::Gauge signed_in_;
};

}  // namespace monarch::notification
