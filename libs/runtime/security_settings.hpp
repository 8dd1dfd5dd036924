// How a process is told to prove who it is to the others and to know them: certificates of the
// cluster's own authority, or plain text and an administrator's token. Plain values; libs/rpc acts
// upon them. Used by main() and monarchctl before anything else exists.
#pragma once

#include <string>
#include <string_view>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "pki/certificate.hpp"

namespace monarch::runtime {

// Paths of PEM files; all three or none.
struct TlsFiles {
  std::string authority;
  std::string certificate;
  std::string key;

  [[nodiscard]] bool given() const { return !authority.empty(); }
};

struct SecuritySettings {
  // Whose certificate it must be: "auth", or "admin" of monarchctl.
  std::string role;
  TlsFiles tls;
  bool allow_plaintext = false;
  std::string admin_token;  // empty: none
};

// The DNS name that makes a certificate one of that role, wherever its bearer runs:
// "auth.monarch.internal" (docs/security.md#certificates).
inline constexpr std::string_view kRoleDomain = ".monarch.internal";
[[nodiscard]] std::string certificate_name(std::string_view role);

// Reads the files and checks that they belong together, are valid now and are the role's. The error
// begins with the setting that is to blame.
[[nodiscard]] Result<pki::Certificate, std::string> check_tls_files(const TlsFiles& files,
                                                                    std::string_view role);
// The rules of all of it that do not depend on where one listens: for who only calls others.
[[nodiscard]] Outcome<std::string> check_security(const SecuritySettings& security);
// And for who listens there.
[[nodiscard]] Outcome<std::string> check_security(const SecuritySettings& security,
                                                  const Endpoint& rpc_bind);

}  // namespace monarch::runtime
