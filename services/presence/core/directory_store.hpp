// DirectoryStore: the door to the member directory, in which is who asked for it
// (docs/protocol/notification.md#fnd-2-7). A port of its own, for it is the one question of
// presence that names no owner. The rules of ports.hpp hold; core/testing/directory_contract.hpp
// says the rest.
#pragma once

#include <cstddef>
#include <vector>

#include "base/ids.hpp"
#include "model/presence.hpp"
#include "presence/core/ports.hpp"

namespace monarch::presence {

struct DirectoryEntry {
  model::Person shown;  // encoded tokens
  model::Person keys;   // directory_keys() of them, by which they are found
};

class DirectoryStore {
 public:
  virtual ~DirectoryStore() = default;
  template <class T>
  using Answer = Eventual<Result<T, StoreError>>;

  // Puts the account in, or changes how it is shown. False: no principal, or he is being removed.
  virtual Answer<bool> put(AccountId account, const DirectoryEntry& entry) = 0;
  // False: it was not in.
  virtual Answer<bool> remove(AccountId account) = 0;
  // How the account is shown. Without a last name, which every entry has: it is not in, or it is
  // being removed.
  virtual Answer<model::Person> get(AccountId account) = 0;
  // At most `limit` whose keys equal those that are not empty, by ascending account. Nobody who is
  // being removed; with the principal goes his entry. One query.
  virtual Answer<std::vector<model::Found::Entry>> search(const model::Person& keys,
                                                          std::size_t limit) = 0;
};

}  // namespace monarch::presence
