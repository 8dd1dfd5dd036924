#include "auth/core/throttle.hpp"

#include <gtest/gtest.h>
#include <string>

namespace monarch::auth {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const Handle kBob = Handle::trusted("bob@example.com");

struct Fixture : ::testing::Test {
  ManualClock clock;
  ThrottleLimits limits;

  // A wrong password: admitted, then failed.
  static Admission fail_once(Throttle& throttle, const Handle& handle, std::string_view peer,
                             TimePoint now) {
    const Admission admission = throttle.admit(handle, peer, now);
    if (admission == Admission::kAdmitted) throttle.failed(peer, now);
    return admission;
  }
};

using ThrottleOfAccounts = Fixture;
using ThrottleOfAddresses = Fixture;

TEST_F(ThrottleOfAccounts, FiveFailuresDoNotHinderACorrectSignInRightAfter) {
  Throttle throttle(limits);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(fail_once(throttle, kBob, "", clock.now()), Admission::kAdmitted) << i;
  }
  EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAdmitted);
  throttle.succeeded(kBob);
  // And all is forgotten: five more may fail.
  for (int i = 0; i < 5; ++i) (void)fail_once(throttle, kBob, "", clock.now());
  EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAdmitted);
}

TEST_F(ThrottleOfAccounts, BackOffBeginsWithTheSixthDoublesAndIsBounded) {
  limits.backoff_first = seconds(5);
  limits.backoff_max = seconds(30);
  Throttle throttle(limits);
  for (int i = 0; i < 6; ++i) {
    ASSERT_EQ(fail_once(throttle, kBob, "", clock.now()), Admission::kAdmitted);
  }
  for (const auto wait : {seconds(5), seconds(10), seconds(20), seconds(30), seconds(30)}) {
    clock.advance(wait - milliseconds(1));
    EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAccountShut) << wait.count();
    clock.advance(milliseconds(1));
    EXPECT_EQ(fail_once(throttle, kBob, "", clock.now()), Admission::kAdmitted) << wait.count();
  }
}

TEST_F(ThrottleOfAccounts, FailuresAgeAndTheBackOffWithThem) {
  Throttle throttle(limits);
  for (int i = 0; i < 6; ++i) (void)fail_once(throttle, kBob, "", clock.now());
  EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAccountShut);
  clock.advance(minutes(10));
  for (int i = 0; i < 6; ++i) {
    EXPECT_EQ(fail_once(throttle, kBob, "", clock.now()), Admission::kAdmitted) << i;
  }
  // The first step again, not the doubled one.
  clock.advance(limits.backoff_first);
  EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAdmitted);
}

TEST_F(ThrottleOfAccounts, GuessesThatRunAtTheSameTimeCountBeforeTheyFail) {
  Throttle throttle(limits);
  int admitted = 0;
  for (int i = 0; i < 100; ++i) {
    if (throttle.admit(kBob, "", clock.now()) == Admission::kAdmitted) ++admitted;
  }
  EXPECT_EQ(admitted, 6);
}

TEST_F(ThrottleOfAccounts, AnUndecidedAttemptCountsAsNone) {
  Throttle throttle(limits);
  for (int i = 0; i < 50; ++i) {
    ASSERT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAdmitted) << i;
    throttle.undecided(kBob);
  }
  EXPECT_EQ(throttle.accounts_tracked(), 0U);
  for (int i = 0; i < 5; ++i) (void)fail_once(throttle, kBob, "", clock.now());
  ASSERT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAdmitted);
  throttle.undecided(kBob);
  EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAdmitted);
}

TEST_F(ThrottleOfAccounts, OthersAreNotTouched) {
  Throttle throttle(limits);
  for (int i = 0; i < 6; ++i) (void)fail_once(throttle, kBob, "", clock.now());
  EXPECT_EQ(throttle.admit(Handle::trusted("alice@example.com"), "", clock.now()),
            Admission::kAdmitted);
}

TEST_F(ThrottleOfAddresses, ThirtyFailuresShutAnAddressUntilTheyHaveAged) {
  Throttle throttle(limits);
  const auto user = [](int i) { return Handle::trusted("u" + std::to_string(i) + "@example.com"); };
  for (int i = 0; i < 30; ++i) {
    ASSERT_EQ(fail_once(throttle, user(i), "10.0.0.1", clock.now()), Admission::kAdmitted) << i;
    clock.advance(seconds(1));
  }
  EXPECT_EQ(throttle.admit(user(99), "10.0.0.1", clock.now()), Admission::kAddressShut);
  EXPECT_EQ(throttle.admit(user(99), "10.0.0.2", clock.now()), Admission::kAdmitted);
  // The first failure is 30 s old now; when it has aged there is room for one.
  clock.advance(minutes(10) - seconds(30));
  EXPECT_EQ(fail_once(throttle, user(98), "10.0.0.1", clock.now()), Admission::kAdmitted);
  EXPECT_EQ(throttle.admit(user(97), "10.0.0.1", clock.now()), Admission::kAddressShut);
}

TEST_F(ThrottleOfAddresses, ManyRightPasswordsBehindOneAddressPass) {
  Throttle throttle(limits);
  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(throttle.admit(Handle::trusted("u" + std::to_string(i) + "@e.com"), "10.0.0.1",
                             clock.now()),
              Admission::kAdmitted);
  }
}

TEST_F(ThrottleOfAddresses, ACustomersIpv6NetworkIsOneAddress) {
  Throttle throttle(limits);
  for (int i = 0; i < 30; ++i) {
    const auto text = std::to_string(i);
    ASSERT_EQ(fail_once(throttle, Handle::trusted(text + "@example.com"), "2001:db8::1:" + text,
                        clock.now()),
              Admission::kAdmitted);
  }
  EXPECT_EQ(throttle.admit(kBob, "2001:db8::9", clock.now()), Admission::kAddressShut);
  EXPECT_EQ(throttle.admit(kBob, "2001:db8:0:1::9", clock.now()), Admission::kAdmitted);
}

TEST_F(ThrottleOfAddresses, OneIsTheSameInItsMappedForm) {
  limits.address_failures_max = 1;
  Throttle throttle(limits);
  (void)fail_once(throttle, kBob, "10.0.0.1", clock.now());
  EXPECT_EQ(throttle.admit(kBob, "::ffff:10.0.0.1", clock.now()), Admission::kAddressShut);
  limits.exempt = Networks::parse({"10.0.0.0/8"}).value();
  Throttle lenient(limits);
  (void)fail_once(lenient, kBob, "::ffff:10.0.0.1", clock.now());
  EXPECT_EQ(lenient.admit(kBob, "10.0.0.1", clock.now()), Admission::kAdmitted);
}

TEST_F(ThrottleOfAddresses, ExemptOnesAreNotCounted) {
  limits.exempt = Networks::parse({"127.0.0.0/8"}).value();
  Throttle throttle(limits);
  for (int i = 0; i < 100; ++i) {
    const auto handle = Handle::trusted("u" + std::to_string(i) + "@example.com");
    ASSERT_EQ(fail_once(throttle, handle, "127.0.0.1", clock.now()), Admission::kAdmitted) << i;
  }
  EXPECT_EQ(throttle.addresses_tracked(), 0U);
}

TEST_F(ThrottleOfAddresses, MemoryIsBoundedAndTheOldestGoFirst) {
  limits.accounts_tracked_max = 100;
  limits.addresses_tracked_max = 10;
  Throttle throttle(limits);
  for (int i = 0; i < 6; ++i) (void)fail_once(throttle, kBob, "10.9.9.9", clock.now());
  EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAccountShut);
  for (int i = 0; i < 1000; ++i) {
    const auto text = std::to_string(i);
    const auto peer = "10.0." + std::to_string(i / 250) + "." + std::to_string(i % 250);
    (void)fail_once(throttle, Handle::trusted(text + "@example.com"), peer, clock.now());
  }
  EXPECT_EQ(throttle.accounts_tracked(), 100U);
  EXPECT_EQ(throttle.addresses_tracked(), 10U);
  EXPECT_EQ(throttle.admit(kBob, "", clock.now()), Admission::kAdmitted);
}

}  // namespace
}  // namespace monarch::auth
