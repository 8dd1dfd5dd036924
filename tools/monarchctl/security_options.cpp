#include "monarchctl/security_options.hpp"

#include <string_view>
#include <utility>

#include <CLI/CLI.hpp>

#include "runtime/settings.hpp"

namespace monarch::ctl {

void describe_security(CLI::App& app, SecurityOptions& options) {
  const auto file = [&app](const char* name, std::string& path, const char* variable,
                           const char* about) {
    app.add_option(name, path, about)->envname(variable)->type_name("FILE");
  };
  file("--tls-ca-file", options.tls.authority, "MONARCH_TLS_CA_FILE",
       "The certificate of the cluster's authority, when services are encrypted");
  file("--tls-cert-file", options.tls.certificate, "MONARCH_TLS_CERT_FILE",
       "Your own certificate, of admin; monarchctl certs makes it");
  file("--tls-key-file", options.tls.key, "MONARCH_TLS_KEY_FILE", "Its private key");
  file("--token-file", options.token_file, "MONARCH_TOKEN_FILE",
       "The administrator's token, when services are not encrypted and want one");
  app.add_flag("--allow-plaintext", options.allow_plaintext,
               "Speak unencrypted gRPC with other machines too");
}

Result<rpc::Security, Problem> read_security(const SecurityOptions& options) {
  runtime::SecuritySettings settings;
  settings.role = "admin";
  settings.tls = options.tls;
  settings.allow_plaintext = options.allow_plaintext;
  if (!options.token_file.empty()) {
    auto token = runtime::read_secret_file(options.token_file);
    if (!token) return fail(Problem{kFailed, "--token-file: " + token.error()});
    settings.admin_token = std::move(token).value();
  }
  if (const auto good = runtime::check_security(settings); !good) {
    // Services call it --admin-token-file.
    const std::string_view theirs = "--admin-";
    const bool of_token = good.error().starts_with(theirs);
    return fail(
        Problem{kFailed, of_token ? "--" + good.error().substr(theirs.size()) : good.error()});
  }
  return rpc::Security(settings);
}

}  // namespace monarch::ctl
