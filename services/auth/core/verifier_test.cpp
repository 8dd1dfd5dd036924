#include "auth/core/verifier.hpp"

#include <algorithm>
#include <gtest/gtest.h>

#include "auth/core/registrar.hpp"
#include "auth/core/testing/fakes.hpp"
#include "auth/core/testing/memory_account_store.hpp"
#include "auth/core/testing/run.hpp"

namespace monarch::auth {
namespace {

using testing::digest_of;
using testing::run;

const Handle kBob = Handle::trusted("bob@example.com");
constexpr const char* kChallenge = "1056561624.17795";

struct VerifierTest : ::testing::Test {
  testing::MemoryAccountStore store;
  testing::XorVault vault;
  testing::ToyHasher hasher;
  testing::MemoryPrincipals principals;
  ManualClock clock;
  ThrottleLimits limits;
  Throttle throttle{limits};
  Verifier verifier{store, vault, hasher, throttle, clock};

  void SetUp() override {
    Registrar registrar(store, vault, principals);
    ASSERT_TRUE(run(registrar.create({kBob, Secret(std::string_view("geheim")), ""})).ok());
  }
  Verification attempt(std::string digest, const Handle& handle = kBob) {
    return run(verifier.verify({handle, kChallenge, std::move(digest), "10.0.0.1"}));
  }
  Verification attempt_with(std::string_view password) {
    return attempt(digest_of(kChallenge, password));
  }
};

TEST_F(VerifierTest, TheRightPasswordIsGoodInEitherCaseOfHex) {
  const auto result = attempt_with("geheim");
  EXPECT_EQ(result.verdict, Verdict::kGood);
  EXPECT_EQ(result.account, AccountId(1));
  EXPECT_TRUE(result.verified);
  std::string upper = digest_of(kChallenge, "geheim");
  std::transform(upper.begin(), upper.end(), upper.begin(), ::toupper);
  EXPECT_EQ(attempt(upper).verdict, Verdict::kGood);
}

TEST_F(VerifierTest, ASignInIsOneRead) {
  const auto before = store.calls();
  (void)attempt_with("geheim");
  EXPECT_EQ(store.calls(), before + 1);
}

TEST_F(VerifierTest, EverythingElseIsNot) {
  EXPECT_EQ(attempt_with("geheim2").verdict, Verdict::kWrongPassword);
  const std::string good = digest_of(kChallenge, "geheim");
  throttle.succeeded(kBob);
  EXPECT_EQ(attempt(good.substr(1)).verdict, Verdict::kWrongPassword);
  EXPECT_EQ(attempt(good + "0").verdict, Verdict::kWrongPassword);
  EXPECT_EQ(attempt("").verdict, Verdict::kWrongPassword);
  throttle.succeeded(kBob);
  EXPECT_EQ(attempt("g" + good.substr(1)).verdict, Verdict::kWrongPassword);
  EXPECT_EQ(attempt(std::string(32, '0')).verdict, Verdict::kWrongPassword);
  throttle.succeeded(kBob);
  EXPECT_EQ(run(verifier.verify({kBob, "another.challenge", good, ""})).verdict,
            Verdict::kWrongPassword);
}

TEST_F(VerifierTest, AnUnknownAccountCostsTheSameWork) {
  const auto opened = vault.opened;
  const auto hashed = hasher.hashed;
  const auto result = attempt(digest_of(kChallenge, "x"), Handle::trusted("nobody@example.com"));
  EXPECT_EQ(result.verdict, Verdict::kUnknownAccount);
  EXPECT_EQ(result.account, AccountId());
  EXPECT_EQ(vault.opened, opened + 1);
  EXPECT_EQ(hasher.hashed, hashed + 1);
  // Not even who knows the decoy gets in.
  EXPECT_EQ(attempt(digest_of(kChallenge, "decoy-password"), Handle::trusted("nobody@example.com"))
                .verdict,
            Verdict::kUnknownAccount);
}

TEST_F(VerifierTest, OnlyActiveAccountsSignIn) {
  store.suspend(kBob);
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kNotActive);
  EXPECT_EQ(attempt_with("falsch").verdict, Verdict::kWrongPassword);
  ASSERT_TRUE(run(store.mark_deleting(AccountId(1))).ok());
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kNotActive);
  const Handle pending = Handle::trusted("pending@example.com");
  std::vector<NewAccount> rows;
  rows.push_back({AccountId(7), pending, vault.seal(AccountId(7), Secret("pw")), ""});
  ASSERT_TRUE(run(store.add_pending(std::move(rows), ImportId())).ok());
  EXPECT_EQ(attempt(digest_of(kChallenge, "pw"), pending).verdict, Verdict::kNotActive);
}

TEST_F(VerifierTest, BackOffRefusesTheRightPasswordWithoutAReadAndEnds) {
  for (int i = 0; i < 6; ++i) EXPECT_EQ(attempt_with("falsch").verdict, Verdict::kWrongPassword);
  const auto before = store.calls();
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kAccountShut);
  EXPECT_EQ(store.calls(), before);
  clock.advance(limits.backoff_first);
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kGood);
}

TEST_F(VerifierTest, AStoreThatIsAwayIsNobodysFailure) {
  store.fail_after(0);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(attempt_with("falsch").verdict, Verdict::kStoreUnavailable);
  }
  store.fail_after(std::nullopt);
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kGood);
  EXPECT_EQ(throttle.addresses_tracked(), 0U);
}

TEST_F(VerifierTest, ALostKeyIsNobodysFailure) {
  const Handle carol = Handle::trusted("carol@example.com");
  vault.key = "key-2";
  Registrar registrar(store, vault, principals);
  ASSERT_TRUE(run(registrar.create({carol, Secret(std::string_view("pw")), ""})).ok());
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kUnreadable);
  EXPECT_EQ(attempt(digest_of(kChallenge, "pw"), carol).verdict, Verdict::kGood);
  EXPECT_EQ(throttle.accounts_tracked(), 0U);
}

// docs/protocol/dispatch.md#4-usr: 923 and 924 are for those who know the password only.
TEST_F(VerifierTest, ConsentIsAskedForAfterThePassword) {
  ASSERT_TRUE(run(store.set_consent(AccountId(1), false)).ok());
  EXPECT_EQ(attempt_with("falsch").verdict, Verdict::kWrongPassword);
  const auto result = attempt_with("geheim");
  EXPECT_EQ(result.verdict, Verdict::kNoConsent);
  EXPECT_EQ(result.account, AccountId());
  // A suspended account says nothing of itself.
  store.suspend(kBob);
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kNotActive);
}

TEST_F(VerifierTest, AnUnverifiedAddressIsRefusedOnDemandOnly) {
  store.set_verified(kBob, false);
  const auto marked = attempt_with("geheim");
  EXPECT_EQ(marked.verdict, Verdict::kGood);
  EXPECT_FALSE(marked.verified);
  Verifier strict(store, vault, hasher, throttle, clock, {.require_verified = true});
  const auto ask = [&](std::string_view password) {
    return run(strict.verify({kBob, kChallenge, digest_of(kChallenge, password), "10.0.0.1"}))
        .verdict;
  };
  EXPECT_EQ(ask("falsch"), Verdict::kWrongPassword);
  EXPECT_EQ(ask("geheim"), Verdict::kUnverified);
  store.set_verified(kBob, true);
  EXPECT_EQ(ask("geheim"), Verdict::kGood);
}

// Who knew the password is no guesser: he is not throttled for what he cannot help.
TEST_F(VerifierTest, RefusalsAfterTheRightPasswordAreNoFailures) {
  ASSERT_TRUE(run(store.set_consent(AccountId(1), false)).ok());
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(attempt_with("geheim").verdict, Verdict::kNoConsent) << i;
  }
}

TEST_F(VerifierTest, DuringMaintenanceNobodySignsInAndNothingIsLookedAt) {
  Verifier closed(store, vault, hasher, throttle, clock, {.maintenance = true});
  const auto before = store.calls();
  const auto opened = vault.opened;
  for (int i = 0; i < 50; ++i) {
    for (const char* password : {"geheim", "falsch"}) {
      const auto result =
          run(closed.verify({kBob, kChallenge, digest_of(kChallenge, password), "10.0.0.1"}));
      ASSERT_EQ(result.verdict, Verdict::kMaintenance);
    }
  }
  EXPECT_EQ(store.calls(), before);
  EXPECT_EQ(vault.opened, opened);
  // Nor counted: when it is over everybody comes in.
  EXPECT_EQ(attempt_with("geheim").verdict, Verdict::kGood);
}

}  // namespace
}  // namespace monarch::auth
