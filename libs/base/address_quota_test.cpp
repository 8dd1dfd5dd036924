#include "base/address_quota.hpp"

#include <gtest/gtest.h>
#include <string>

namespace monarch {
namespace {

TEST(AddressQuota, CountsEachSourceByItself) {
  AddressQuota quota(2, {});
  EXPECT_TRUE(quota.enter("10.0.0.1"));
  EXPECT_TRUE(quota.enter("10.0.0.1"));
  EXPECT_FALSE(quota.enter("10.0.0.1"));
  EXPECT_FALSE(quota.enter("::ffff:10.0.0.1")) << "the same address";
  EXPECT_TRUE(quota.enter("10.0.0.2"));
  quota.leave("10.0.0.1");
  EXPECT_TRUE(quota.enter("10.0.0.1"));
  EXPECT_FALSE(quota.enter("10.0.0.1"));
}

TEST(AddressQuota, TakesAWholeIpv6NetworkForOneSource) {
  AddressQuota quota(1, {});
  EXPECT_TRUE(quota.enter("2001:db8::1"));
  EXPECT_FALSE(quota.enter("2001:db8::2"));
  EXPECT_TRUE(quota.enter("2001:db8:0:1::1"));
}

TEST(AddressQuota, LeavesTheExemptAndWhatIsNoAddressAlone) {
  AddressQuota quota(1, Networks::parse({"10.0.0.0/8"}).value());
  for (int i = 0; i < 10; ++i) {
    EXPECT_TRUE(quota.enter("10.1.2.3"));
    EXPECT_TRUE(quota.enter(""));
  }
  quota.leave("10.1.2.3");
  quota.leave("192.168.0.1");  // never entered
  EXPECT_EQ(quota.sources(), 0U);
}

TEST(AddressQuota, ForgetsThoseThatHaveGone) {
  AddressQuota quota(3, {});
  for (int i = 0; i < 200; ++i) {
    const std::string address = "10.0.0." + std::to_string(i);
    ASSERT_TRUE(quota.enter(address));
    ASSERT_TRUE(quota.enter(address));
  }
  EXPECT_EQ(quota.sources(), 200U);
  for (int i = 0; i < 200; ++i) {
    quota.leave("10.0.0." + std::to_string(i));
    quota.leave("10.0.0." + std::to_string(i));
  }
  EXPECT_EQ(quota.sources(), 0U);
  AddressQuota none(0, {});
  EXPECT_FALSE(none.enter("10.0.0.1"));
  EXPECT_EQ(none.sources(), 0U);
}

}  // namespace
}  // namespace monarch
