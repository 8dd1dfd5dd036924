#include "base/endpoint.hpp"

#include <gtest/gtest.h>

namespace monarch {
namespace {

TEST(Endpoint, ReadsAddressesAndNames) {
  EXPECT_EQ(Endpoint::parse("127.0.0.1:1863").value(), (Endpoint{"127.0.0.1", 1863}));
  EXPECT_EQ(Endpoint::parse("msn.example.org:0").value(), (Endpoint{"msn.example.org", 0}));
  EXPECT_EQ(Endpoint::parse("[::1]:80").value(), (Endpoint{"::1", 80}));
}

TEST(Endpoint, WritesWhatItRead) {
  for (const char* text : {"127.0.0.1:1863", "localhost:65535", "[fe80::2]:1"}) {
    EXPECT_EQ(Endpoint::parse(text).value().to_string(), text);
  }
}

TEST(Endpoint, RefusesWhatIsNoEndpoint) {
  for (const char* text :
       {"", ":", "host", "host:", ":80", "host:65536", "host:-1", "host:8x", "::1:80", "[host]:1",
        "1.2.3.4.5:1", "256.1.1.1:1", "a b:1", "-a:1", "a..b:1", "host:80 "}) {
    EXPECT_FALSE(Endpoint::parse(text).ok()) << text;
  }
}

TEST(Endpoint, AdvertisesOnlyWhatAClientCouldReach) {
  for (const char* text : {"127.0.1.1:1863", "192.168.1.10:1863", "chat.example.org:1863"}) {
    EXPECT_TRUE(check_advertisable(Endpoint::parse(text).value()).ok()) << text;
  }
  for (const char* text : {"0.0.0.0:1863", "[::]:1863", "[::1]:1863", "127.0.0.1:0"}) {
    EXPECT_FALSE(check_advertisable(Endpoint::parse(text).value()).ok()) << text;
  }
  EXPECT_FALSE(check_advertisable(Endpoint{"", 1863}).ok());
  EXPECT_FALSE(check_advertisable(Endpoint{"no name", 1863}).ok());
}

TEST(Endpoint, KnowsLoopback) {
  EXPECT_TRUE(is_loopback("127.0.2.1"));
  EXPECT_TRUE(is_loopback("localhost"));
  EXPECT_FALSE(is_loopback("10.0.0.1"));
  EXPECT_FALSE(is_loopback("127.evil.example"));
}

}  // namespace
}  // namespace monarch
