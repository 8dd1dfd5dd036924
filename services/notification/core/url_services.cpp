#include "notification/core/url_services.hpp"

#include <algorithm>
#include <cstddef>

#include "base/handle.hpp"
#include "msnp/limits.hpp"
#include "msnp/url_coding.hpp"

namespace monarch::notification {

namespace {

using Checked = Outcome<std::string>;

// What the words of a URL line take beside redirect and login URL: verb, the longest TrID, site id,
// spaces and the line end.
constexpr std::size_t kLineOverhead = 3 + 1 + 10 + 1 + 1 + 2 + 2;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = lower(c);
  return result;
}

bool contains(std::string_view text, std::string_view what) {
  return text.find(what) != std::string_view::npos;
}

// A URL's path and query that stays where it is put: no way up, nothing that one reader takes for
// an address and another for a path, no fragment.
Checked check_path(std::string_view path) {
  if (!path.starts_with('/')) return fail(std::string("must begin with /"));
  const bool printable = std::all_of(path.begin(), path.end(), [](char c) {
    return c > ' ' && c <= '~' &&
           std::string_view("\"#<>\\^`{|}").find(c) == std::string_view::npos;
  });
  if (!printable) {
    return fail(std::string("may hold only the characters of a URL, without a fragment"));
  }
  const auto place = lower(path.substr(0, path.find('?')));
  if (place.starts_with("//") || contains(place + "/", "/./") || contains(place + "/", "/../") ||
      contains(place, "%2e") || contains(place, "%2f") || contains(place, "%5c")) {
    return fail(std::string("must not lead out of the site: no //, no . or .. and no escaped one"));
  }
  return Ok{};
}

bool is_loopback(std::string_view host) {
  const bool numeric = std::all_of(host.begin(), host.end(),
                                   [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
  return host == "localhost" || host == "[::1]" || (numeric && host.starts_with("127."));
}

struct Site {
  std::string origin;  // "https://im.example.com"
  std::string base;    // "" or "/msn"
};

Result<Site, std::string> parse_site(std::string_view text, bool plain_http) {
  const bool secure = text.starts_with("https://");
  if (!secure && !text.starts_with("http://")) {
    return fail(std::string("must begin with https:// in lower case"));
  }
  const auto authority_at = text.find("//") + 2;
  const auto path_at = std::min(text.find('/', authority_at), text.size());
  const auto authority = text.substr(authority_at, path_at - authority_at);
  const bool good =
      !authority.empty() && std::all_of(authority.begin(), authority.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
               std::string_view(".-:[]").find(c) != std::string_view::npos;
      });
  if (!good) {
    return fail(std::string("must name a host, in lower case, perhaps with a port, and no user"));
  }
  const auto port = authority.rfind(':');
  const bool bare = port == std::string_view::npos || authority.ends_with(']');
  if (!secure && !plain_http && !is_loopback(bare ? authority : authority.substr(0, port))) {
    return fail(
        std::string("must be https: clients post what is derived from passwords there "
                    "(--site-url-plain-http allows it all the same)"));
  }
  Site site{std::string(text.substr(0, path_at)), std::string(text.substr(path_at))};
  if (contains(site.base, "?")) return fail(std::string("must have no query"));
  if (!site.base.empty()) {
    if (const auto checked = check_path(site.base); !checked) return fail(checked.error());
  }
  while (site.base.ends_with('/')) site.base.pop_back();
  return site;
}

}  // namespace

Result<UrlServices, std::string> UrlServices::make(const Options& options) {
  UrlServices made;
  if (options.site.empty()) {
    if (options.services.empty()) return made;
    return fail(std::string("--url: needs --site-url, the site that everything lies on"));
  }
  const auto site = parse_site(options.site, options.plain_http);
  if (!site.ok()) return fail("--site-url: " + site.error());
  if (const auto checked = check_path(options.login); !checked) {
    return fail("--url-login: " + checked.error());
  }
  made.login_url_ = site->origin + site->base + options.login;
  for (std::size_t i = 0; i < made.targets_.size(); ++i) {
    made.targets_[i].path = site->base + "/" + lower(msnp::kUrlServices[i].name);
  }
  for (const auto& setting : options.services) {
    const auto refuse = [&](const std::string& why) {
      return fail("--url: \"" + setting + "\": " + why);
    };
    const auto equals = setting.find('=');
    const auto index = msnp::find_url_service(std::string_view(setting).substr(0, equals));
    if (equals == std::string::npos || !index) {
      std::string names;
      for (const auto& service : msnp::kUrlServices) names += " " + std::string(service.name);
      return refuse("must be SERVICE=PATH, with one of" + names);
    }
    auto& target = made.targets_[*index];
    const std::string_view place = std::string_view(setting).substr(equals + 1);
    target = {};
    if (place.empty()) continue;
    const std::string below = site->origin + site->base;
    std::string_view path = place;
    if (!place.starts_with('/')) {
      if (!place.starts_with(below)) {
        return refuse("must be a path, or a URL below " + below + "/");
      }
      path.remove_prefix(below.size());
      target.absolute = place;
    }
    if (const auto checked = check_path(path); !checked) return refuse(checked.error());
    target.path = site->base + std::string(path);
    const auto longest = std::max(target.path.size(), target.absolute.size());
    if (kLineOverhead + longest + made.login_url_.size() > msnp::kServerLineBytesMax) {
      return refuse("is too long for a line of 1200 bytes, login URL included");
    }
  }
  return made;
}

std::optional<UrlServices::Found> UrlServices::find(std::string_view service,
                                                    std::string_view param,
                                                    msnp::Dialect dialect) const {
  const auto index = msnp::find_url_service(service, dialect);
  if (!index) return std::nullopt;
  const auto& target = targets_[*index];
  if (target.path.empty()) return std::nullopt;
  const bool absolute = !target.absolute.empty() && dialect.has(msnp::Feature::kUrlSiteId);
  Found found{absolute ? target.absolute : target.path, login_url_};
  if (msnp::kUrlServices[*index].takes_address && !param.empty()) {
    if (!Handle::parse(param)) return std::nullopt;
    found.redirect += contains(found.redirect, "?") ? "&to=" : "?to=";
    found.redirect += msnp::encode_query(param);
  }
  if (kLineOverhead + found.redirect.size() + login_url_.size() > msnp::kServerLineBytesMax) {
    return std::nullopt;
  }
  return found;
}

}  // namespace monarch::notification
