#include "auth/core/registrar.hpp"

#include <gtest/gtest.h>

#include "auth/core/testing/fakes.hpp"
#include "auth/core/testing/memory_account_store.hpp"
#include "auth/core/testing/run.hpp"

namespace monarch::auth {
namespace {

using testing::run;

const Handle kBob = Handle::trusted("bob@example.com");

struct RegistrarTest : ::testing::Test {
  testing::MemoryAccountStore store;
  testing::XorVault vault;
  testing::MemoryPrincipals principals;
  Registrar registrar{store, vault, principals};

  Result<Account, Refusal> create(std::string_view password = "geheim", std::string name = "Bob") {
    return run(registrar.create({kBob, Secret(password), std::move(name)}));
  }
  std::optional<Account> stored() { return run(store.find(kBob)).value(); }
  std::string password() {
    const auto found = run(store.find_credentials(kBob)).value();
    return std::string(vault.open(found->id, found->password)->view());
  }
};

TEST_F(RegistrarTest, CreateMakesAnActiveAccountWithARoster) {
  const auto account = create();
  ASSERT_TRUE(account.ok());
  EXPECT_EQ(account->id, AccountId(1));
  EXPECT_EQ(account->state, AccountState::kActive);
  EXPECT_EQ(stored()->state, AccountState::kActive);
  EXPECT_EQ(password(), "geheim");
  ASSERT_TRUE(principals.known.contains(AccountId(1)));
  EXPECT_EQ(principals.known[AccountId(1)].friendly_name, "Bob");
}

TEST_F(RegistrarTest, ASecondCreateIsRefusedAndChangesNothing) {
  ASSERT_TRUE(create().ok());
  EXPECT_EQ(create("anders").error(), Refusal::kExists);
  EXPECT_EQ(password(), "geheim");
}

// Wherever a create breaks off, in the store or in presence, repeating it completes it.
TEST_F(RegistrarTest, ACreateThatBreaksOffAnywhereIsCompletedByRepeatingIt) {
  for (std::size_t steps = 0; steps < 3; ++steps) {
    SCOPED_TRACE(steps);
    testing::MemoryAccountStore fresh;
    testing::MemoryPrincipals presence;
    Registrar subject(fresh, vault, presence);
    fresh.fail_after(steps);
    EXPECT_EQ(run(subject.create({kBob, Secret(std::string_view("alt")), ""})).error(),
              Refusal::kStoreUnavailable);
    fresh.fail_after(std::nullopt);
    const auto account = run(subject.create({kBob, Secret(std::string_view("neu")), ""}));
    ASSERT_TRUE(account.ok());
    EXPECT_EQ(run(fresh.find(kBob)).value()->state, AccountState::kActive);
    EXPECT_EQ(presence.known.size(), 1U);
    EXPECT_TRUE(presence.known.contains(account->id));
    const auto found = run(fresh.find_credentials(kBob)).value();
    EXPECT_EQ(vault.open(found->id, found->password)->view(), "neu");
  }
  principals.fail_after = 0;
  EXPECT_EQ(create("alt").error(), Refusal::kPresenceUnavailable);
  EXPECT_EQ(stored()->state, AccountState::kPending);
  principals.fail_after.reset();
  ASSERT_TRUE(create("neu").ok());
  EXPECT_EQ(password(), "neu");
}

TEST_F(RegistrarTest, AHandleThatPresenceGivesToAnotherLeavesNothingBehind) {
  principals.known[AccountId(77)] = {AccountId(77), kBob, ""};
  EXPECT_EQ(create().error(), Refusal::kTaken);
  EXPECT_FALSE(stored().has_value());
}

TEST_F(RegistrarTest, ThePasswordCanBeChanged) {
  EXPECT_EQ(run(registrar.set_password(kBob, Secret(std::string_view("neu")))).error(),
            Refusal::kNotFound);
  ASSERT_TRUE(create().ok());
  EXPECT_TRUE(run(registrar.set_password(kBob, Secret(std::string_view("neu")))).ok());
  EXPECT_EQ(password(), "neu");
  store.fail_after(1);
  EXPECT_EQ(run(registrar.set_password(kBob, Secret(std::string_view("x")))).error(),
            Refusal::kStoreUnavailable);
}

TEST_F(RegistrarTest, RemoveRunsBackwardsAndCanBeRepeated) {
  EXPECT_EQ(run(registrar.remove(kBob)).error(), Refusal::kNotFound);
  ASSERT_TRUE(create().ok());
  principals.fail_after = 0;
  EXPECT_EQ(run(registrar.remove(kBob)).error(), Refusal::kPresenceUnavailable);
  // Nobody signs in with half an account, nor gets it back.
  EXPECT_EQ(stored()->state, AccountState::kDeleting);
  EXPECT_EQ(create().error(), Refusal::kDeleting);
  EXPECT_EQ(run(registrar.set_password(kBob, Secret(std::string_view("x")))).error(),
            Refusal::kDeleting);
  principals.fail_after.reset();
  EXPECT_TRUE(run(registrar.remove(kBob)).ok());
  EXPECT_FALSE(stored().has_value());
  EXPECT_TRUE(principals.known.empty());
  const auto again = create();
  ASSERT_TRUE(again.ok());
  EXPECT_GT(again->id, AccountId(1));
}

}  // namespace
}  // namespace monarch::auth
