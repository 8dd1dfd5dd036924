#include "runtime/security_settings.hpp"

#include <algorithm>

#include "base/clock.hpp"
#include "runtime/settings.hpp"

namespace monarch::runtime {

namespace {

constexpr std::size_t kTokenLengthMin = 16;

std::string quoted(const std::string& path) { return "\"" + path + "\" "; }

// It travels in the header of a call.
bool is_token(std::string_view text) {
  return text.size() >= kTokenLengthMin &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

std::string blame(const TlsFiles& files, const pki::Fault& fault) {
  switch (fault.part) {
    case pki::Fault::Part::kAuthority:
      return "--tls-ca-file: " + quoted(files.authority) + fault.text;
    case pki::Fault::Part::kCertificate:
      return "--tls-cert-file: " + quoted(files.certificate) + fault.text;
    case pki::Fault::Part::kKey:
      return "--tls-key-file: " + quoted(files.key) + fault.text;
  }
  return fault.text;
}

}  // namespace

std::string certificate_name(std::string_view role) {
  return std::string(role) + std::string(kRoleDomain);
}

Result<pki::Certificate, std::string> check_tls_files(const TlsFiles& files,
                                                      std::string_view role) {
  for (const auto& [path, setting] : {std::pair{&files.authority, "--tls-ca-file"},
                                      std::pair{&files.certificate, "--tls-cert-file"},
                                      std::pair{&files.key, "--tls-key-file"}}) {
    if (path->empty()) {
      return fail(setting + std::string(": must be given, for --tls-ca-file, --tls-cert-file and "
                                        "--tls-key-file go together"));
    }
  }
  const auto authority = read_small_file(files.authority);
  if (!authority) return fail("--tls-ca-file: " + authority.error());
  const auto certificate = read_small_file(files.certificate);
  if (!certificate) return fail("--tls-cert-file: " + certificate.error());
  const auto key = read_secret_file(files.key);
  if (!key) return fail("--tls-key-file: " + key.error());
  auto checked =
      pki::check_identity({*authority, *certificate, *key}, SystemClock().unix_time().count());
  if (!checked) return fail(blame(files, checked.error()));
  const auto& names = checked->dns_names;
  if (std::find(names.begin(), names.end(), certificate_name(role)) == names.end()) {
    return fail("--tls-cert-file: " + quoted(files.certificate) + "is of " +
                (names.empty() ? "nobody" : names.front()) + ", not of " + certificate_name(role));
  }
  return std::move(checked).value();
}

Outcome<std::string> check_security(const SecuritySettings& security) {
  const TlsFiles& tls = security.tls;
  if (!security.admin_token.empty() && !is_token(security.admin_token)) {
    return fail(std::string("--admin-token-file: must hold at least 16 visible ASCII characters"));
  }
  if (tls.authority.empty() && tls.certificate.empty() && tls.key.empty()) return Ok{};
  if (!security.admin_token.empty()) {
    return fail(
        std::string("--admin-token-file: has no use beside --tls-ca-file: then "
                    "certificates say who may administer"));
  }
  if (const auto checked = check_tls_files(tls, security.role); !checked) {
    return fail(checked.error());
  }
  return Ok{};
}

Outcome<std::string> check_security(const SecuritySettings& security, const Endpoint& rpc_bind) {
  if (auto good = check_security(security); !good) return good;
  if (security.tls.given() || is_loopback(rpc_bind.host)) return Ok{};
  const std::string place =
      rpc_bind.to_string() + " is not loopback and the traffic is not encrypted";
  if (!security.allow_plaintext) {
    return fail("--rpc-bind: " + place +
                "; give --tls-ca-file and its like, or say --allow-plaintext when the network is "
                "private");
  }
  if (security.admin_token.empty()) {
    return fail("--admin-token-file: must be given, for --rpc-bind " + place +
                ": whoever reaches it could administer the cluster");
  }
  return Ok{};
}

}  // namespace monarch::runtime
