#include "net/proxy_header.hpp"

#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace monarch::net {
namespace {

using Step = ProxyVerdict::Step;
using namespace std::string_literals;

const std::string kSignature = "\r\n\r\n\0\r\nQUIT\n"s;

std::string number(std::size_t value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xFFU)};
}
std::string binary(char command, char family, const std::string& body) {
  return kSignature + command + family + number(body.size()) + body;
}
const std::string kFour = "\x0A\x01\x02\x03"s + "\xC0\xA8\x00\x01"s + number(40'000) + number(1863);
const std::string kSix = "\x20\x01\x0D\xB8"s + std::string(11, '\0') + "\x01" +
                         std::string(16, '\0') + number(40'001) + number(1863);
std::string tlv(char type, const std::string& value) { return type + number(value.size()) + value; }

// The verdict on these bytes, which no prefix of them may contradict.
ProxyVerdict verdict(const std::string& bytes) {
  const ProxyVerdict whole = parse_proxy_header(bytes);
  bool decided = false;
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const auto part = parse_proxy_header(std::string_view(bytes).substr(0, size));
    if (part.step == Step::kNeedMore) {
      EXPECT_FALSE(decided) << "after a decision, at " << size;
      EXPECT_LT(size, kProxyHeaderBytesMax);
      continue;
    }
    decided = true;
    EXPECT_EQ(part.step, whole.step) << size;
    EXPECT_EQ(part.size, whole.size) << size;
    EXPECT_EQ(part.header.source, whole.header.source) << size;
  }
  return whole;
}

void expect_done(const std::string& header, const std::string& source, std::uint16_t port) {
  SCOPED_TRACE(header);
  const auto done = verdict(header + "VER 0 MSNP7 CVR0\r\n");
  ASSERT_EQ(done.step, Step::kDone);
  EXPECT_EQ(done.size, header.size()) << "what follows is the client's";
  EXPECT_TRUE(done.header.proxied);
  EXPECT_EQ(done.header.source.to_string(), source);
  EXPECT_EQ(done.header.port, port);
}
void expect_unknown(const std::string& header) {
  SCOPED_TRACE(header);
  const auto done = verdict(header + "VER 0 MSNP7 CVR0\r\n");
  ASSERT_EQ(done.step, Step::kDone);
  EXPECT_EQ(done.size, header.size());
  EXPECT_FALSE(done.header.proxied);
}
void expect_step(const std::string& bytes, Step step) {
  SCOPED_TRACE(bytes);
  EXPECT_EQ(verdict(bytes).step, step);
}

TEST(ProxyLine, SaysWhoIsThere) {
  expect_done("PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\r\n", "192.168.0.1", 56324);
  expect_done("PROXY TCP4 255.255.255.255 255.255.255.255 65535 65535\r\n", "255.255.255.255",
              65535);
  expect_done("PROXY TCP6 2001:db8::1 ::1 0 1863\r\n", "2001:db8::1", 0);
  expect_done("PROXY TCP6 ::ffff:10.0.0.9 ::ffff:10.0.0.1 5 1863\r\n", "10.0.0.9", 5);
}

TEST(ProxyLine, MayKnowNothing) {
  expect_unknown("PROXY UNKNOWN\r\n");
  expect_unknown("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n");
  // 107 bytes, the longest there is.
  expect_unknown("PROXY UNKNOWN " + std::string(kProxyLineBytesMax - 16, 'f') + "\r\n");
}

TEST(ProxyLine, IsExact) {
  for (const char* bad :
       {"PROXY TCP4 192.168.0.1 192.168.0.11 56324\r\n", "PROXY TCP4\r\n", "PROXY \r\n",
        "PROXY TCP4  192.168.0.1 192.168.0.11 56324 443\r\n",
        "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 \r\n",
        "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443 1\r\n",
        "PROXY TCP4 192.168.0.1 192.168.0.11 65536 443\r\n",
        "PROXY TCP4 192.168.0.1 192.168.0.11 -1 443\r\n",
        "PROXY TCP4 192.168.0.1 192.168.0.11 056 443\r\n",
        "PROXY TCP4 192.168.0.256 192.168.0.11 56324 443\r\n", "PROXY TCP4 ::1 ::1 56324 443\r\n",
        "PROXY TCP6 10.0.0.1 10.0.0.2 56324 443\r\n", "PROXY UDP4 10.0.0.1 10.0.0.2 56324 443\r\n",
        "PROXY UNKNOWNS\r\n", "PROXY TCP4 192.168.0.1 192.168.0.11 56324 443\n",
        "PROXY TCP4 192.168.0.1 192.168.0.11\r56324 443\r\n", "proxy UNKNOWN\r\n",
        "VER 0 MSNP7 CVR0\r\n", "PROXYX"}) {
    expect_step(bad, Step::kBad);
  }
  expect_step("PROXY UNKNOWN " + std::string(kProxyLineBytesMax - 15, 'f') + "\r\n", Step::kBad);
  expect_step("PROXY " + std::string(5000, 'x'), Step::kBad);
  for (const char* begun : {"", "P", "PROXY", "PROXY TCP4 192.168.0.1", "PROXY UNKNOWN\r"}) {
    expect_step(begun, Step::kNeedMore);
  }
}

TEST(ProxyBinary, SaysWhoIsThere) {
  expect_done(binary('\x21', '\x11', kFour), "10.1.2.3", 40'000);
  expect_done(binary('\x21', '\x21', kSix), "2001:db8::1", 40'001);
  expect_done(binary('\x21', '\x11', kFour + tlv('\x02', "messenger.example") + tlv('\x04', "")),
              "10.1.2.3", 40'000);
  const std::size_t room = kProxyBodyBytesMax - kFour.size() - 3;
  expect_done(binary('\x21', '\x11', kFour + tlv('\x04', std::string(room, 'x'))), "10.1.2.3",
              40'000);
}

TEST(ProxyBinary, MayBeTheProxysOwn) {
  expect_unknown(binary('\x20', '\x00', ""));
  expect_unknown(binary('\x20', '\x11', kFour));
  expect_unknown(binary('\x20', '\x7F', "what is to be skipped"));
  expect_unknown(binary('\x21', '\x00', ""));
  expect_unknown(binary('\x21', '\x00', "skipped"));
  expect_unknown(binary('\x21', '\x31', std::string(216, '/')));
}

TEST(ProxyBinary, IsExact) {
  for (const std::string& bad :
       {binary('\x11', '\x11', kFour), binary('\x22', '\x11', kFour), binary('\x00', '\x11', kFour),
        binary('\x21', '\x12', kFour),  // UDP
        binary('\x21', '\x41', kFour), binary('\x21', '\x11', kFour.substr(1)),
        binary('\x21', '\x21', kFour), binary('\x21', '\x31', kSix),
        binary('\x21', '\x11', kFour + "\x04"), binary('\x21', '\x11', kFour + "\x04\x01\x00"s),
        binary('\x21', '\x11', kFour + tlv('\x04', std::string(kProxyBodyBytesMax, 'x'))),
        binary('\x20', '\x00', std::string(kProxyBodyBytesMax + 1, 'x')), "\r\n\r\n\0\r\nQUIT\r"s,
        "\r\n\r\nVER"s}) {
    expect_step(bad, Step::kBad);
  }
  const std::string good = binary('\x21', '\x11', kFour);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_EQ(parse_proxy_header(good.substr(0, size)).step, Step::kNeedMore) << size;
  }
}

}  // namespace
}  // namespace monarch::net
