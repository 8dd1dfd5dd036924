#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pki/authority.hpp"
#include "pki/certificate.hpp"

namespace monarch::pki {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::int64_t kNow = 1'800'000'000;
constexpr std::int64_t kDay = 86'400;

Request request_for(const std::string& name) {
  Request request;
  request.subject = name;
  request.dns_names = {name + ".monarch.internal"};
  request.not_before = kNow - kDay;
  request.not_after = kNow + 90 * kDay;
  return request;
}

class Pki : public ::testing::Test {
 protected:
  [[nodiscard]] Identity identity(const Request& request) const {
    const auto issued = authority_.issue(request);
    EXPECT_TRUE(issued.ok()) << issued.error();
    return {authority_.pem().certificate, issued->certificate, issued->key};
  }
  // The fault's text, begun with what it is about.
  static std::string fault(const Identity& identity, std::int64_t now = kNow) {
    const auto checked = check_identity(identity, now);
    if (checked.ok()) return "";
    const char* parts[] = {"authority ", "certificate ", "key "};
    return parts[static_cast<int>(checked.error().part)] + checked.error().text;
  }

  Authority authority_ = Authority::create("test CA", kNow - kDay, kNow + 1000 * kDay);
};

TEST_F(Pki, ACertificateSaysWhatWasAskedFor) {
  Request request = request_for("auth");
  request.dns_names.push_back("auth.example.org");
  request.addresses = {"10.0.0.7"};
  const auto checked = check_identity(identity(request), kNow);
  ASSERT_TRUE(checked.ok()) << checked.error().text;
  EXPECT_EQ(checked->subject, "auth");
  EXPECT_THAT(checked->dns_names, ElementsAre("auth.monarch.internal", "auth.example.org"));
  EXPECT_THAT(checked->addresses, ElementsAre("10.0.0.7"));
  EXPECT_FALSE(checked->authority);
  EXPECT_EQ(checked->not_before, kNow - kDay);
  EXPECT_EQ(checked->not_after, kNow + 90 * kDay);
}

TEST_F(Pki, ACertificateEndsNoLaterThanItsAuthority) {
  Request request = request_for("auth");
  request.not_after = kNow + 5000 * kDay;
  const auto checked = check_identity(identity(request), kNow);
  ASSERT_TRUE(checked.ok());
  EXPECT_EQ(checked->not_after, authority_.not_after());
  EXPECT_EQ(authority_.not_after(), kNow + 1000 * kDay);
}

TEST_F(Pki, ACertificateHasItsTime) {
  const Identity auth = identity(request_for("auth"));
  EXPECT_EQ(fault(auth), "");
  EXPECT_EQ(fault(auth, kNow + 90 * kDay), "certificate has expired on " + utc(kNow + 90 * kDay));
  Request later = request_for("auth");
  later.not_before = kNow + kDay;
  EXPECT_THAT(fault(identity(later)), HasSubstr("certificate is not valid before "));
  EXPECT_THAT(fault(auth, kNow + 2000 * kDay), HasSubstr("authority has expired"));
}

TEST_F(Pki, WhatDoesNotBelongTogetherIsNamed) {
  Identity mixed = identity(request_for("auth"));
  const Identity good = mixed;
  mixed.key = identity(request_for("presence")).key;
  EXPECT_EQ(fault(mixed), "key is the key of another certificate");
  mixed = good;
  const auto other = Authority::create("test CA", kNow - kDay, kNow + 1000 * kDay);
  mixed.authority = other.pem().certificate;
  EXPECT_THAT(fault(mixed), HasSubstr("certificate is not signed by the authority: "));
  mixed.authority += good.authority;
  EXPECT_EQ(fault(mixed), "") << "the old authority and the new one, while certificates change";
  mixed.authority = good.certificate;
  EXPECT_THAT(fault(mixed), HasSubstr("authority holds a certificate that may not sign"));
}

TEST_F(Pki, WhatCannotBeReadIsNamed) {
  const Identity good = identity(request_for("auth"));
  Identity bad = good;
  bad.authority = "nonsense";
  EXPECT_THAT(fault(bad), HasSubstr("authority holds no certificate"));
  bad = good;
  bad.certificate = good.key;
  EXPECT_THAT(fault(bad), HasSubstr("certificate holds no certificate"));
  bad.certificate = good.certificate.substr(0, good.certificate.size() / 2);
  EXPECT_THAT(fault(bad), HasSubstr("certificate holds no certificate"));
  bad = good;
  bad.key = good.certificate;
  EXPECT_THAT(fault(bad), HasSubstr("key holds no private key"));
}

TEST_F(Pki, AnAuthorityIsFoundAgain) {
  const auto again = Authority::load(authority_.pem().certificate, authority_.pem().key);
  ASSERT_TRUE(again.ok()) << again.error();
  const auto issued = again->issue(request_for("dispatch"));
  ASSERT_TRUE(issued.ok());
  EXPECT_EQ(fault({authority_.pem().certificate, issued->certificate, issued->key}), "");

  const auto other = Authority::create("test CA", kNow - kDay, kNow + kDay);
  EXPECT_FALSE(Authority::load(authority_.pem().certificate, other.pem().key).ok());
  EXPECT_FALSE(Authority::load(issued->certificate, issued->key).ok());
  EXPECT_FALSE(Authority::load("", "").ok());
}

TEST_F(Pki, NamesThatAreNoneAreRefused) {
  for (const char* name : {"", "Upper.example.org", "a,DNS:auth.monarch.internal", "a b", "a\n"}) {
    Request request = request_for("auth");
    request.dns_names.emplace_back(name);
    EXPECT_FALSE(authority_.issue(request).ok()) << name;
  }
  for (const char* address : {"", "10.0.0", "10.0.0.0,DNS:auth.monarch.internal", "10.0.0.999"}) {
    Request request = request_for("auth");
    request.addresses.emplace_back(address);
    EXPECT_FALSE(authority_.issue(request).ok()) << address;
  }
}

}  // namespace
}  // namespace monarch::pki
