// DirectoryStore over a map, beside the principals of an InMemoryRosterStore.
#pragma once

#include <map>
#include <utility>
#include <vector>

#include "presence/core/directory_store.hpp"
#include "presence/core/testing/in_memory_roster_store.hpp"
#include "presence/core/testing/steps.hpp"

namespace monarch::presence::testing {

class InMemoryDirectory final : public DirectoryStore {
 public:
  InMemoryDirectory(Steps& steps, const InMemoryRosterStore& rosters)
      : steps_(steps), rosters_(rosters) {}

  Answer<bool> put(AccountId account, const DirectoryEntry& entry) override {
    return answer<bool>("put", [this, account, entry] {
      if (!rosters_.peek(account)) return false;
      entries_[account] = entry;
      return true;
    });
  }
  Answer<bool> remove(AccountId account) override {
    return answer<bool>("remove", [this, account] { return entries_.erase(account) != 0; });
  }
  Answer<model::Person> get(AccountId account) override {
    return answer<model::Person>("get", [this, account] {
      const auto place = entries_.find(account);
      const bool is_in = place != entries_.end() && rosters_.peek(account);
      return is_in ? place->second.shown : model::Person();
    });
  }
  Answer<std::vector<model::Found::Entry>> search(const model::Person& keys,
                                                  std::size_t limit) override {
    return answer<std::vector<model::Found::Entry>>("search", [this, keys, limit] {
      std::vector<model::Found::Entry> found;
      for (const auto& [account, entry] : entries_) {
        if (found.size() == limit) break;
        const auto principal = rosters_.peek(account);
        if (!principal || !fits(entry.keys, keys)) continue;
        found.push_back({principal->principal.handle.value(), entry.shown});
      }
      return found;
    });
  }

  Fates fates;

 private:
  template <class T>
  Answer<T> answer(const char* call, std::function<T()> effect) {
    return defer<T, StoreError>(steps_, fate_of(fates, call), StoreError::kUnavailable,
                                std::move(effect));
  }
  static bool fits(const model::Person& entry, const model::Person& wanted) {
    const auto same = [](const std::string& is, const std::string& asked) {
      return asked.empty() || is == asked;
    };
    return same(entry.first, wanted.first) && same(entry.last, wanted.last) &&
           same(entry.city, wanted.city) && same(entry.state, wanted.state) &&
           same(entry.country, wanted.country);
  }

  Steps& steps_;
  const InMemoryRosterStore& rosters_;
  std::map<AccountId, DirectoryEntry> entries_;
};

}  // namespace monarch::presence::testing
