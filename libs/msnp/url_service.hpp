// The services that URL can be asked for and the versions that have them
// (docs/protocol/notification.md#url-2). Constants; where each of them leads is the server's
// affair.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "msnp/dialect.hpp"

namespace monarch::msnp {

struct UrlService {
  std::string_view name;
  Dialect::Version first;
  Dialect::Version last;
  // Its parameter is an address, which belongs into the URL.
  bool takes_address = false;
};

inline constexpr std::array kUrlServices = {
    UrlService{"PASSWORD", Dialect::kMsnp2, Dialect::kMsnp7},
    UrlService{"INBOX", Dialect::kMsnp2, Dialect::kMsnp7},
    UrlService{"COMPOSE", Dialect::kMsnp2, Dialect::kMsnp7, true},
    UrlService{"MESSAGE", Dialect::kMsnp2, Dialect::kMsnp7},
    UrlService{"FOLDERS", Dialect::kMsnp2, Dialect::kMsnp7},
    UrlService{"PERSON", Dialect::kMsnp2, Dialect::kMsnp7},
    UrlService{"MOBILE", Dialect::kMsnp5, Dialect::kMsnp7},
    UrlService{"CHGMOB", Dialect::kMsnp5, Dialect::kMsnp7},
    UrlService{"PROFILE", Dialect::kMsnp6, Dialect::kMsnp7},
    UrlService{"N2PACCOUNT", Dialect::kMsnp6, Dialect::kMsnp6},
    UrlService{"N2PFUND", Dialect::kMsnp6, Dialect::kMsnp6},
    UrlService{"CHAT", Dialect::kMsnp7, Dialect::kMsnp7},
};
inline constexpr std::size_t kUrlServicesCount = kUrlServices.size();

// Where it stands in kUrlServices; nothing for a name that is none, in whatever dialect.
[[nodiscard]] constexpr std::optional<std::size_t> find_url_service(std::string_view name) {
  for (std::size_t i = 0; i < kUrlServices.size(); ++i) {
    if (kUrlServices[i].name == name) return i;
  }
  return std::nullopt;
}

// Nothing also for one that this dialect has not.
[[nodiscard]] constexpr std::optional<std::size_t> find_url_service(std::string_view name,
                                                                    Dialect dialect) {
  const auto index = find_url_service(name);
  if (!index) return std::nullopt;
  const auto& service = kUrlServices[*index];
  const bool has = service.first <= dialect.version() && dialect.version() <= service.last;
  return has ? index : std::nullopt;
}

}  // namespace monarch::msnp
