// The folder of a cluster's certificates: ca.crt and ca.key, and for each service NAME.crt and
// NAME.key (docs/security.md#certificates). Nothing of it is ever overwritten but by --renew.
// Blocking; one thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "monarchctl/commands.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own.
class App;
}

namespace monarch::ctl {

struct CertsOptions {
  std::string directory;
  int days = 365;
  std::vector<std::string> services;  // empty: all
  std::vector<std::string> hosts;     // further names and IPv4 addresses in each certificate
  bool renew = false;                 // new certificates by the authority that is there
};

// `now` in Unix time.
[[nodiscard]] Answer init_certs(const CertsOptions& options, std::int64_t now);
// Exit status 1 when one of them has expired.
[[nodiscard]] Answer show_certs(const std::string& directory, std::int64_t now);

// Adds `certs init` and `certs show`; `chosen` is told the one that the command line asks for.
void describe_certs(CLI::App& app, CertsOptions& options,
                    std::function<void(std::function<Answer()>)> chosen);

}  // namespace monarch::ctl
