// How monarchctl is told to prove itself to the services, on the command line or in the
// environment: a certificate of the cluster's authority, or the token. One thread.
#pragma once

#include <string>

#include "base/result.hpp"
#include "monarchctl/output.hpp"
#include "rpc/security.hpp"
#include "runtime/security_settings.hpp"

namespace CLI {  // NOLINT(readability-identifier-naming): the library's own.
class App;
}

namespace monarch::ctl {

struct SecurityOptions {
  runtime::TlsFiles tls;
  std::string token_file;
  bool allow_plaintext = false;
};

void describe_security(CLI::App& app, SecurityOptions& options);

// Reads the files. The problem names the setting.
[[nodiscard]] Result<rpc::Security, Problem> read_security(const SecurityOptions& options);

}  // namespace monarch::ctl
