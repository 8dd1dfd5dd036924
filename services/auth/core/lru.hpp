// LruTable: a map that holds at most so many entries and forgets the one untouched for longest. For
// counters an attacker chooses the keys of. Owned by one loop.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"

namespace monarch::auth {

template <class Entry>
class LruTable {
 public:
  explicit LruTable(std::size_t entries_max) : entries_max_(entries_max) {
    MONARCH_ASSERT(entries_max > 0);
  }

  // The entry of `key`, or null; does not count as a touch.
  [[nodiscard]] Entry* find(std::string_view key) {
    const auto at = places_.find(key);
    return at == places_.end() ? nullptr : &at->second->second;
  }

  // The entry of `key`, made when missing, and now the most recently used.
  Entry& touch(std::string_view key) {
    const auto at = places_.find(key);
    if (at != places_.end()) {
      order_.splice(order_.begin(), order_, at->second);
      return at->second->second;
    }
    if (places_.size() == entries_max_) {
      places_.erase(order_.back().first);
      order_.pop_back();
    }
    order_.emplace_front(std::string(key), Entry{});
    // The key of the map is the text in the list's node, which never moves.
    places_.emplace(order_.front().first, order_.begin());
    return order_.front().second;
  }

  void erase(std::string_view key) {
    const auto at = places_.find(key);
    if (at == places_.end()) return;
    const auto node = at->second;
    places_.erase(at);
    order_.erase(node);
  }

  [[nodiscard]] std::size_t size() const { return places_.size(); }

 private:
  using Order = std::list<std::pair<std::string, Entry>>;

  std::size_t entries_max_;
  Order order_;
  std::unordered_map<std::string_view, typename Order::iterator> places_;
};

}  // namespace monarch::auth
