#include "notification/core/url_services.hpp"

#include <gtest/gtest.h>

namespace monarch::notification {
namespace {

using msnp::Dialect;

UrlServices made(const UrlServices::Options& options) {
  auto services = UrlServices::make(options);
  EXPECT_TRUE(services.ok()) << services.error();
  return services.ok() ? *services : UrlServices();
}

std::string redirect(const UrlServices& services, std::string_view name,
                     std::string_view param = {}, Dialect dialect = Dialect::kMsnp5) {
  const auto found = services.find(name, param, dialect);
  return found ? found->redirect : "none";
}

TEST(UrlServices, WithoutASiteAreNone) {
  EXPECT_EQ(redirect(UrlServices(), "INBOX"), "none");
  EXPECT_EQ(redirect(made({}), "INBOX"), "none");
}

TEST(UrlServices, LieBelowTheSite) {
  const auto root = made({.site = "https://im.example.com/"});
  EXPECT_EQ(redirect(root, "INBOX"), "/inbox");
  EXPECT_EQ(root.find("INBOX", {}, Dialect::kMsnp5)->login_url,
            "https://im.example.com/login?lc=1033");
  EXPECT_EQ(redirect(root, "inbox"), "none");
  EXPECT_EQ(redirect(root, "CHAT"), "none") << "of MSNP7";

  const auto below = made({.site = "https://im.example.com:8443/msn",
                           .login = "/in",
                           .services = {"INBOX=/mail?box=in", "FOLDERS="}});
  EXPECT_EQ(redirect(below, "INBOX"), "/msn/mail?box=in");
  EXPECT_EQ(redirect(below, "FOLDERS"), "none");
  EXPECT_EQ(redirect(below, "PERSON"), "/msn/person");
  EXPECT_EQ(below.find("INBOX", {}, Dialect::kMsnp5)->login_url,
            "https://im.example.com:8443/msn/in");
}

TEST(UrlServices, AreAbsoluteForWhoCanTakeIt) {
  const auto services = made({.site = "https://im.example.com/msn/",
                              .services = {"INBOX=https://im.example.com/msn/mail"}});
  EXPECT_EQ(redirect(services, "INBOX", {}, Dialect::kMsnp2), "/msn/mail");
  EXPECT_EQ(redirect(services, "INBOX", {}, Dialect::kMsnp3), "https://im.example.com/msn/mail");
}

TEST(UrlServices, CarryTheAddressOfAMailToBeWritten) {
  const auto services =
      made({.site = "https://im.example.com/", .services = {"INBOX=/mail", "COMPOSE=/mail?new=1"}});
  EXPECT_EQ(redirect(services, "COMPOSE"), "/mail?new=1");
  EXPECT_EQ(redirect(services, "COMPOSE", "bob+x@example.com"),
            "/mail?new=1&to=bob%2Bx%40example.com");
  EXPECT_EQ(redirect(made({.site = "https://im.example.com/"}), "COMPOSE", "bob@example.com"),
            "/compose?to=bob%40example.com");
  EXPECT_EQ(redirect(services, "COMPOSE", "bob"), "none");
  EXPECT_EQ(redirect(services, "COMPOSE", "a&b=c@example.com"),
            "/mail?new=1&to=a%26b%3Dc%40example.com");
  EXPECT_EQ(redirect(services, "INBOX", "bob@example.com"), "/mail") << "takes none";
}

TEST(UrlServices, AreOfNoOtherSite) {
  const auto error = [](const UrlServices::Options& options) {
    const auto services = UrlServices::make(options);
    return services.ok() ? std::string() : services.error();
  };
  for (const std::string site :
       {"im.example.com", "ftp://im.example.com/", "http://im.example.com/", "https://",
        "https:///x", "https://user@im.example.com/", "https://im.example.com/?x=1",
        "https://im.example.com/#x", "https://im.example.com/a/../b", "https://im example.com/",
        "HTTPS://im.example.com/", "http://127.evil.example/", "http://localhost.example/"}) {
    EXPECT_TRUE(error({.site = site}).starts_with("--site-url: ")) << site;
  }
  for (const std::string site :
       {"http://127.0.0.1:8080/", "http://localhost/", "http://[::1]:80/", "https://[2001::1]/x"}) {
    EXPECT_EQ(error({.site = site}), "");
  }
  EXPECT_EQ(error({.site = "http://im.example.com/", .plain_http = true}), "");
  for (const std::string place :
       {"https://evil.example/", "http://im.example.com/msn/x", "https://im.example.com/x",
        "https://im.example.com/msnx", "https://im.example.com/msn@evil.example/",
        "//evil.example/", "/\\evil.example/", "/../x", "/a/%2e%2e/b", "/a/./b", "/a b", "/a#b",
        "inbox", "https://im.example.com/msn/../x", "https://im.example.com/msn//x"}) {
    const auto said = error({.site = "https://im.example.com/msn", .services = {"INBOX=" + place}});
    EXPECT_TRUE(said.starts_with("--url: \"INBOX=")) << place << ": " << said;
  }
  EXPECT_NE(error({.site = "https://im.example.com/", .services = {"MAIL=/x"}}), "");
  EXPECT_NE(error({.site = "https://im.example.com/", .services = {"INBOX"}}), "");
  EXPECT_NE(error({.services = {"INBOX=/x"}}), "");
  EXPECT_TRUE(error({.site = "https://im.example.com/", .login = "//evil.example/"})
                  .starts_with("--url-login: "));
}

TEST(UrlServices, FitIntoALine) {
  const std::string long_path = "/" + std::string(1150, 'x');
  const UrlServices::Options options{.site = "https://im.example.com/",
                                     .services = {"INBOX=" + long_path}};
  EXPECT_FALSE(UrlServices::make(options).ok());
  const auto services =
      made({.site = "https://im.example.com/", .services = {"COMPOSE=/" + std::string(1100, 'x')}});
  EXPECT_EQ(redirect(services, "COMPOSE").size(), 1101U);
  EXPECT_EQ(redirect(services, "COMPOSE", std::string(60, 'a') + "@example.com"), "none");
}

}  // namespace
}  // namespace monarch::notification
