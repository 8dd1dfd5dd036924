#include "auth/core/address.hpp"

#include <gtest/gtest.h>

namespace monarch::auth {
namespace {

TEST(Ipv4, ReadsDottedAndMapped) {
  EXPECT_EQ(parse_ipv4("127.0.0.1"), 0x7F000001U);
  EXPECT_EQ(parse_ipv4("255.255.255.255"), 0xFFFFFFFFU);
  EXPECT_EQ(parse_ipv4("::ffff:10.1.2.3"), 0x0A010203U);
  for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", "a.b.c.d", "::1",
                          "1..2.3", "1.2.3.", "-1.2.3.4", "0001.2.3.4"}) {
    EXPECT_FALSE(parse_ipv4(bad)) << bad;
  }
}

TEST(Networks, ContainTheirAddressesAndNoOthers) {
  const auto networks = Networks::parse({"127.0.0.0/8", "192.168.7.9", "10.1.0.5/16"});
  ASSERT_TRUE(networks.ok());
  EXPECT_TRUE(networks->contains("127.0.1.2"));
  EXPECT_TRUE(networks->contains("192.168.7.9"));
  EXPECT_TRUE(networks->contains("10.1.255.255"));
  EXPECT_FALSE(networks->contains("192.168.7.10"));
  EXPECT_FALSE(networks->contains("10.2.0.0"));
  EXPECT_FALSE(networks->contains("::1"));
  EXPECT_FALSE(networks->contains(""));
  EXPECT_TRUE(Networks::parse({"0.0.0.0/0"})->contains("8.8.8.8"));
  EXPECT_FALSE(Networks().contains("127.0.0.1"));
}

TEST(Networks, NameTheEntryThatIsNone) {
  for (const char* bad : {"loopback", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8", ""}) {
    const auto networks = Networks::parse({"127.0.0.0/8", bad});
    ASSERT_FALSE(networks.ok()) << bad;
    EXPECT_EQ(networks.error(), bad);
  }
}

}  // namespace
}  // namespace monarch::auth
