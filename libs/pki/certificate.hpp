// X.509 certificates as the cluster uses them: what one says, and whether authority, certificate
// and key belong together now. Values and pure functions; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace monarch::pki {

struct Certificate {
  std::string subject;                 // its common name
  std::vector<std::string> dns_names;  // of the subject alternative name
  std::vector<std::string> addresses;  // the same, IPv4 as text
  bool authority = false;              // may sign others
  std::int64_t not_before = 0;         // Unix time
  std::int64_t not_after = 0;
};

// The first certificate of a PEM text. The error says what is wrong with the text, as the end of a
// sentence: "holds no certificate".
[[nodiscard]] Result<Certificate, std::string> read_certificate(std::string_view pem);

// The three PEM texts with which a process proves who it is.
struct Identity {
  std::string authority;    // one certificate or several, each of which may sign
  std::string certificate;  // then those between it and the authority, if any
  std::string key;
};

struct Fault {
  enum class Part { kAuthority, kCertificate, kKey };
  Part part;
  std::string text;  // "has expired on 2026-01-31T12:00:00Z"; never what a key holds
};

// Whether the certificate is valid at `now`, signed by the authority, and the key's; then what the
// certificate says.
[[nodiscard]] Result<Certificate, Fault> check_identity(const Identity& identity, std::int64_t now);

// "2026-01-31T12:00:00Z".
[[nodiscard]] std::string utc(std::int64_t unix_seconds);

}  // namespace monarch::pki
