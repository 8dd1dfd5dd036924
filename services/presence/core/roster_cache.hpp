// Rosters that were read lately, bounded by bytes, the least recently used one goes first. An entry
// is valid as long as the owner's online record carries no greater revision
// (ARCHITECTURE.md#rule-8); the cache itself knows nothing of that. Owned by the context of
// presence, on its loop.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <unordered_map>

#include "presence/core/roster_data.hpp"

namespace monarch::presence {

using RosterPtr = std::shared_ptr<const RosterData>;

// What a roster costs in memory, about.
[[nodiscard]] std::size_t bytes_of(const RosterData& roster);

class RosterCache {
 public:
  explicit RosterCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  // Null when it is not there.
  [[nodiscard]] RosterPtr get(AccountId account);
  // Keeps the newer of this one and what is there already.
  void put(RosterPtr roster);
  void drop(AccountId account);

  [[nodiscard]] std::size_t bytes() const { return bytes_; }
  [[nodiscard]] std::size_t size() const { return places_.size(); }

 private:
  struct Item {
    RosterPtr roster;
    std::size_t bytes = 0;
  };
  using Items = std::list<Item>;  // most recently used first
  void remove(Items::iterator place);

  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  Items items_;
  std::unordered_map<AccountId, Items::iterator> places_;
};

}  // namespace monarch::presence
