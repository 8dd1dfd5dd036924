// Counters that a pure core keeps as plain numbers, copied into the metrics now and then: a core
// knows no metrics library. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "runtime/metrics.hpp"

namespace monarch::metrics {

class CopiedCounter {
 public:
  CopiedCounter(Registry& registry, const std::string& name, const std::string& help,
                Labels labels = {})
      : counter_(registry.counter(name, help, std::move(labels))) {}

  void update(std::uint64_t count) {
    counter_.add(count - told_);
    told_ = count;
  }

 private:
  Counter counter_;
  std::uint64_t told_ = 0;
};

// A row of counters that differ in one label; `value(i)` names the i-th, an empty name ends the
// row.
class CopiedFamily {
 public:
  template <class Value>
  CopiedFamily(Registry& registry, const std::string& name, const std::string& help,
               const std::string& label, std::size_t size, Value&& value) {
    auto family = registry.counter_family(name, help, label);
    for (std::size_t i = 0; i < size; ++i) {
      const std::string_view text = value(i);
      if (text.empty()) break;
      counters_.push_back(family.with(text));
    }
    told_.assign(counters_.size(), 0);
  }

  template <std::size_t N>
  void update(const std::array<std::uint64_t, N>& counts) {
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      counters_[i].add(counts.at(i) - told_[i]);
      told_[i] = counts.at(i);
    }
  }

 private:
  std::vector<Counter> counters_;
  std::vector<std::uint64_t> told_;
};

}  // namespace monarch::metrics
