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

// ---- the states that an administrator gives ----

TEST_F(RegistrarTest, ASuspendedAccountIsShutBeforeItsSessionEnds) {
  EXPECT_EQ(run(registrar.suspend(kBob)).error(), Refusal::kNotFound);
  ASSERT_TRUE(create().ok());
  // Presence is away: shut all the same, and nobody claims that he is gone.
  principals.fail_after = 0;
  EXPECT_EQ(run(registrar.suspend(kBob)).error(), Refusal::kPresenceUnavailable);
  EXPECT_EQ(stored()->state, AccountState::kSuspended);
  EXPECT_TRUE(principals.kicked.empty());
  // Repeating it finishes it; once more does no harm.
  principals.fail_after.reset();
  for (std::size_t times = 1; times <= 2; ++times) {
    const auto account = run(registrar.suspend(kBob));
    ASSERT_TRUE(account.ok());
    EXPECT_EQ(account->state, AccountState::kSuspended);
    EXPECT_EQ(principals.kicked, std::vector<AccountId>(times, AccountId(1)));
  }
  EXPECT_EQ(create().error(), Refusal::kExists);
}

TEST_F(RegistrarTest, AStoreThatIsAwayKicksNobody) {
  ASSERT_TRUE(create().ok());
  for (const std::size_t steps : {0U, 1U}) {
    store.fail_after(steps);
    EXPECT_EQ(run(registrar.suspend(kBob)).error(), Refusal::kStoreUnavailable);
    EXPECT_EQ(run(registrar.set_consent(kBob, false)).error(), Refusal::kStoreUnavailable);
    store.fail_after(std::nullopt);
    EXPECT_EQ(stored()->state, AccountState::kActive);
    EXPECT_TRUE(stored()->consent);
  }
  EXPECT_TRUE(principals.kicked.empty());
}

TEST_F(RegistrarTest, ResumeUndoesSuspend) {
  ASSERT_TRUE(create().ok());
  ASSERT_TRUE(run(registrar.suspend(kBob)).ok());
  for (int times = 0; times < 2; ++times) {
    const auto account = run(registrar.resume(kBob));
    ASSERT_TRUE(account.ok());
    EXPECT_EQ(account->state, AccountState::kActive);
    EXPECT_EQ(stored()->state, AccountState::kActive);
  }
  EXPECT_EQ(principals.kicked.size(), 1U);
}

TEST_F(RegistrarTest, ConsentThatIsTakenAwayEndsTheSession) {
  ASSERT_TRUE(create().ok());
  const auto missing = run(registrar.set_consent(kBob, false));
  ASSERT_TRUE(missing.ok());
  EXPECT_FALSE(missing->consent);
  EXPECT_EQ(missing->state, AccountState::kActive);
  EXPECT_FALSE(stored()->consent);
  EXPECT_EQ(principals.kicked.size(), 1U);
  EXPECT_TRUE(run(registrar.set_consent(kBob, true))->consent);
  EXPECT_TRUE(stored()->consent);
  EXPECT_EQ(principals.kicked.size(), 1U);
}

TEST_F(RegistrarTest, AnAddressIsVerifiedOrNot) {
  ASSERT_TRUE(create().ok());
  EXPECT_FALSE(run(registrar.set_verified(kBob, false))->verified);
  EXPECT_FALSE(stored()->verified);
  EXPECT_TRUE(run(registrar.set_verified(kBob, true))->verified);
  EXPECT_TRUE(stored()->verified);
  EXPECT_TRUE(principals.kicked.empty());
}

TEST_F(RegistrarTest, WhatIsHalfMadeOrHalfDeletedGetsNoState) {
  principals.fail_after = 0;
  ASSERT_FALSE(create().ok());
  EXPECT_EQ(run(registrar.suspend(kBob)).error(), Refusal::kHalfMade);
  EXPECT_EQ(run(registrar.resume(kBob)).error(), Refusal::kHalfMade);
  EXPECT_EQ(stored()->state, AccountState::kPending);
  ASSERT_FALSE(run(registrar.remove(kBob)).ok());
  EXPECT_EQ(run(registrar.resume(kBob)).error(), Refusal::kDeleting);
  EXPECT_EQ(run(registrar.set_consent(kBob, true)).error(), Refusal::kDeleting);
  EXPECT_EQ(run(registrar.set_verified(kBob, true)).error(), Refusal::kDeleting);
  EXPECT_EQ(stored()->state, AccountState::kDeleting);
}

// A sign-in that was found good just before may come in behind the first kick.
TEST_F(RegistrarTest, WhoIsShutIsLookedForASecondTimeUnlessHeMayComeBack) {
  EXPECT_TRUE(run(registrar.shut_again(kBob)).ok());  // gone meanwhile
  ASSERT_TRUE(create().ok());
  EXPECT_TRUE(run(registrar.shut_again(kBob)).ok());
  EXPECT_TRUE(principals.kicked.empty());
  ASSERT_TRUE(run(registrar.suspend(kBob)).ok());
  EXPECT_TRUE(run(registrar.shut_again(kBob)).ok());
  EXPECT_EQ(principals.kicked.size(), 2U);
  ASSERT_TRUE(run(registrar.resume(kBob)).ok());
  EXPECT_TRUE(run(registrar.shut_again(kBob)).ok());
  EXPECT_EQ(principals.kicked.size(), 2U);
  ASSERT_TRUE(run(registrar.set_consent(kBob, false)).ok());
  principals.fail_after = 0;
  EXPECT_EQ(run(registrar.shut_again(kBob)).error(), Refusal::kPresenceUnavailable);
}

}  // namespace
}  // namespace monarch::auth
