#include "base/ip_address.hpp"

#include <gtest/gtest.h>

namespace monarch {
namespace {

IpAddress at(std::string_view text) { return IpAddress::parse(text).value(); }

TEST(IpAddress, ReadsBothKindsAndTakesMappedForDotted) {
  EXPECT_EQ(at("127.0.0.1"), IpAddress::v4({127, 0, 0, 1}));
  EXPECT_EQ(at("::ffff:10.1.2.3"), at("10.1.2.3"));
  EXPECT_EQ(at("::ffff:10.1.2.3").to_string(), "10.1.2.3");
  EXPECT_EQ(at("FD00::1").to_string(), "fd00::1");
  EXPECT_TRUE(at("10.1.2.3").is_v4());
  EXPECT_FALSE(at("::1").is_v4());
  for (const char* bad : {"", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.4 ", "a.b.c.d", "1..2.3",
                          "1.2.3.", "-1.2.3.4", "0001.2.3.4", ":::", "fd00::1%eth0", "[::1]"}) {
    EXPECT_FALSE(IpAddress::parse(bad)) << bad;
  }
  EXPECT_FALSE(IpAddress::parse(std::string_view("1.2.3.4\0x", 9)));
  EXPECT_FALSE(IpAddress::parse(std::string(10'000, '1')));
}

TEST(IpAddress, OneSourceIsAnAddressOrANetworkOfACustomer) {
  EXPECT_EQ(at("10.0.0.1").source(), at("10.0.0.1"));
  EXPECT_NE(at("10.0.0.1").source(), at("10.0.0.2").source());
  EXPECT_EQ(at("2001:db8:1:2::1").source(), at("2001:db8:1:2:ffff::9").source());
  EXPECT_NE(at("2001:db8:1:2::1").source(), at("2001:db8:1:3::1").source());
}

TEST(Networks, ContainTheirAddressesAndNoOthers) {
  const auto networks =
      Networks::parse({"127.0.0.0/8", "192.168.7.9", "10.1.0.5/16", "fd00::/8", "2001:db8::/33"});
  ASSERT_TRUE(networks.ok());
  for (const char* inside : {"127.0.1.2", "::ffff:127.0.0.1", "192.168.7.9", "10.1.255.255",
                             "fdff::1", "2001:db8:7fff::1"}) {
    EXPECT_TRUE(networks->contains(inside)) << inside;
  }
  for (const char* outside :
       {"192.168.7.10", "10.2.0.0", "::1", "", "fe00::", "2001:db8:8000::", "nonsense"}) {
    EXPECT_FALSE(networks->contains(outside)) << outside;
  }
  EXPECT_TRUE(Networks::parse({"0.0.0.0/0"})->contains("8.8.8.8"));
  EXPECT_FALSE(Networks::parse({"0.0.0.0/0"})->contains("fd00::1"));
  EXPECT_TRUE(Networks::parse({"::/0"})->contains("8.8.8.8"));
  EXPECT_FALSE(Networks().contains("127.0.0.1"));
  EXPECT_TRUE(Networks().empty());
}

TEST(Networks, NameTheEntryThatIsNone) {
  for (const char* bad : {"loopback", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/8x", "10.0.0/8", "",
                          "::/129", "::/-1", "fd00::/0008"}) {
    const auto networks = Networks::parse({"127.0.0.0/8", bad});
    ASSERT_FALSE(networks.ok()) << bad;
    EXPECT_EQ(networks.error(), bad);
  }
}

}  // namespace
}  // namespace monarch
