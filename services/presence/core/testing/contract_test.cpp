// The contracts of the ports, run on the in-memory ones.
#include "presence/core/testing/bus_contract.hpp"
#include "presence/core/testing/directory_contract.hpp"
#include "presence/core/testing/online_index_contract.hpp"
#include "presence/core/testing/online_status_contract.hpp"
#include "presence/core/testing/roster_store_contract.hpp"
#include "presence/core/testing/roster_store_groups_contract.hpp"

namespace monarch::presence::testing {
namespace {

struct StoreWorld {
  Steps steps;
  InMemoryRosterStore in_memory{steps};
  RosterStore& store() { return in_memory; }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return steps.await(eventual);
  }
  void trim(AccountId owner) { in_memory.trim(owner); }
};
INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, RosterStoreContract, StoreWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, RosterStoreGroupsContract, StoreWorld);

struct DirectoryWorld {
  Steps steps;
  InMemoryRosterStore in_memory{steps};
  InMemoryDirectory people{steps, in_memory};
  RosterStore& store() { return in_memory; }
  DirectoryStore& directory() { return people; }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return steps.await(eventual);
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, DirectoryContract, DirectoryWorld);

struct IndexWorld {
  Steps steps;
  InMemoryIndex in_memory{steps};
  OnlineIndex& index() { return in_memory; }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return steps.await(eventual);
  }
  void vanish(AccountId account) { in_memory.vanish(account); }
  void lose_everything() { in_memory.lose_everything(); }
};
INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, OnlineIndexContract, IndexWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, OnlineStatusContract, IndexWorld);

struct BusWorld {
  Steps steps;
  InMemoryBus in_memory{steps};
  std::vector<NodeId> subscribed;
  std::vector<model::NodeHints> arrived;
  BusWorld() {
    in_memory.deliver = [this](const model::NodeHints& hints) {
      if (std::find(subscribed.begin(), subscribed.end(), hints.node) != subscribed.end()) {
        arrived.push_back(hints);
      }
    };
  }
  Bus& bus() { return in_memory; }
  template <class T>
  T await(const Eventual<T>& eventual) {
    return steps.await(eventual);
  }
  void subscribe(const NodeId& node) { subscribed.push_back(node); }
  std::vector<model::NodeHints> receive(std::size_t /*count*/) {
    steps.run_all();
    return arrived;
  }
};
INSTANTIATE_TYPED_TEST_SUITE_P(InMemory, BusContract, BusWorld);

}  // namespace
}  // namespace monarch::presence::testing
