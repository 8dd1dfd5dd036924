#include "auth/core/testing/memory_account_store.hpp"

#include "auth/core/testing/account_store_contract.hpp"
#include "auth/core/testing/run.hpp"

namespace monarch::auth::testing {
namespace {

class MemoryHarness {
 public:
  AccountStore& store() { return store_; }
  template <class T>
  T run(Task<T> task) {
    return testing::run(std::move(task));
  }

 private:
  MemoryAccountStore store_;
};

INSTANTIATE_TYPED_TEST_SUITE_P(Memory, AccountStoreContract, MemoryHarness);

}  // namespace
}  // namespace monarch::auth::testing
