#include "presence/core/roster_cache.hpp"

#include <utility>

namespace monarch::presence {
namespace {

// Short strings live inside their object.
std::size_t heap_of(const std::string& text) {
  return text.capacity() > 15 ? text.capacity() + 1 : 0;
}
std::size_t heap_of(const model::Numbers& numbers) {
  return heap_of(numbers.home) + heap_of(numbers.work) + heap_of(numbers.mobile);
}

}  // namespace

std::size_t bytes_of(const RosterData& roster) {
  const auto& principal = roster.principal;
  std::size_t bytes = sizeof(RosterData) + roster.entries.capacity() * sizeof(Entry) +
                      heap_of(principal.handle.value()) + heap_of(principal.friendly_name) +
                      heap_of(principal.numbers) +
                      principal.groups.capacity() * sizeof(model::Group);
  for (const auto& group : principal.groups) bytes += heap_of(group.name);
  for (const auto& entry : roster.entries) {
    bytes += heap_of(entry.handle.value()) + heap_of(entry.forward_name) +
             heap_of(entry.allow_name) + heap_of(entry.block_name) + heap_of(entry.reverse_name) +
             heap_of(entry.numbers);
  }
  return bytes;
}

RosterPtr RosterCache::get(AccountId account) {
  const auto found = places_.find(account);
  if (found == places_.end()) return nullptr;
  items_.splice(items_.begin(), items_, found->second);
  return found->second->roster;
}

void RosterCache::put(RosterPtr roster) {
  const AccountId account = roster->principal.account;
  if (const auto found = places_.find(account); found != places_.end()) {
    if (found->second->roster->principal.revision > roster->principal.revision) return;
    remove(found->second);
  }
  const std::size_t bytes = bytes_of(*roster);
  if (bytes > bytes_max_) return;
  items_.push_front({std::move(roster), bytes});
  places_[account] = items_.begin();
  bytes_ += bytes;
  while (bytes_ > bytes_max_) remove(std::prev(items_.end()));
}

void RosterCache::drop(AccountId account) {
  if (const auto found = places_.find(account); found != places_.end()) remove(found->second);
}

void RosterCache::remove(Items::iterator place) {
  bytes_ -= place->bytes;
  places_.erase(place->roster->principal.account);
  items_.erase(place);
}

}  // namespace monarch::presence
