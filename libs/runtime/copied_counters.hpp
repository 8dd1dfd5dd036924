// Counters that a pure core keeps as plain numbers, copied into the metrics now and then: a core
// knows no metrics library. One thread.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
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
      : counter_(registry.counter(name, help, labels)) {}

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
    auto family = registry.counter_family(name, help, {label});
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

// The same with two labels: a row for each value of the first, a column for each of the second.
class CopiedTable {
 public:
  template <class Row, class Column>
  CopiedTable(Registry& registry, const std::string& name, const std::string& help,
              LabelNames labels, std::size_t rows, Row&& row, std::size_t columns, Column&& column)
      : columns_(columns) {
    auto family = registry.counter_family(name, help, std::move(labels), rows * columns + 1);
    for (std::size_t i = 0; i < rows && !row(i).empty(); ++i) {
      for (std::size_t j = 0; j < columns; ++j)
        counters_.push_back(family.with({row(i), column(j)}));
    }
    told_.assign(counters_.size(), 0);
  }

  template <std::size_t kRows, std::size_t kColumns>
  void update(const std::array<std::array<std::uint64_t, kColumns>, kRows>& counts) {
    for (std::size_t i = 0; i < counters_.size(); ++i) {
      const auto count = counts.at(i / columns_).at(i % columns_);
      counters_[i].add(count - told_[i]);
      told_[i] = count;
    }
  }

 private:
  std::size_t columns_;
  std::vector<Counter> counters_;
  std::vector<std::uint64_t> told_;
};

// The same where the values of the first label turn up by and by: a map from these to their
// columns, of which `columns` are shown. The map has a bound of its own.
class CopiedRows {
 public:
  template <class Column>
  CopiedRows(Registry& registry, const std::string& name, const std::string& help,
             LabelNames labels, const std::vector<Column>& columns)
      : family_(registry.counter_family(name, help, std::move(labels), kUnbounded)) {
    for (const auto column : columns) {
      columns_.push_back({static_cast<std::size_t>(column), to_string(column)});
    }
  }

  template <class Map>
  void update(const Map& rows) {
    for (const auto& [value, counts] : rows) {
      auto& row = rows_[value];
      if (row.counters.empty()) {
        for (const auto& column : columns_) {
          row.counters.push_back(family_.with({value, column.name}));
        }
        row.told.assign(columns_.size(), 0);
      }
      for (std::size_t i = 0; i < columns_.size(); ++i) {
        const auto count = counts.at(columns_[i].place);
        row.counters[i].add(count - row.told[i]);
        row.told[i] = count;
      }
    }
  }

 private:
  static constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);
  struct ShownColumn {
    std::size_t place;
    std::string_view name;
  };
  struct Row {
    std::vector<Counter> counters;
    std::vector<std::uint64_t> told;
  };
  CounterFamily family_;
  std::vector<ShownColumn> columns_;
  std::map<std::string, Row, std::less<>> rows_;
};

}  // namespace monarch::metrics
