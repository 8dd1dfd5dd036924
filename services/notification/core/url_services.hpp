// UrlServices: where the services that a client asks URL for lead to, as the operator has said it
// (docs/protocol/notification.md#url-2). The client posts what is derived from its password to the
// login URL, so everything here lies below one site, the operator's own, and the one place that
// makes a table sees to it. A value, made at start.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "msnp/dialect.hpp"
#include "msnp/url_service.hpp"

namespace monarch::notification {

class UrlServices {
 public:
  struct Options {
    // "https://im.example.com/", perhaps with a path. Empty: there are no services.
    std::string site{};
    // A site in plain http that is not on this machine is refused unless this is set.
    bool plain_http = false;
    std::string login = "/login?lc=1033";
    // "INBOX=/mail/inbox": a path below the site, or an absolute URL there; "INBOX=" has none.
    // Those that are not named lead to their name in lower case: "/inbox".
    std::vector<std::string> services{};
  };
  // The error begins with the setting: "--site-url: …".
  [[nodiscard]] static Result<UrlServices, std::string> make(const Options& options);

  UrlServices() = default;

  struct Found {
    std::string redirect;
    std::string_view login_url;
  };
  // Nothing: unknown, of other versions, not offered here, or a parameter that is no address.
  [[nodiscard]] std::optional<Found> find(std::string_view service, std::string_view param,
                                          msnp::Dialect dialect) const;

 private:
  struct Target {
    std::string path;      // from the server's root; empty: not offered
    std::string absolute;  // what MSNP3 and above are told instead, if anything
  };
  std::string login_url_;
  std::array<Target, msnp::kUrlServicesCount> targets_;
};

}  // namespace monarch::notification
