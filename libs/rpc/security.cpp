#include "rpc/security.hpp"

#include <grpc/grpc_security.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/tls_certificate_provider.h>
#include <grpcpp/security/tls_credentials_options.h>
#include <utility>

#include "rpc/channel.hpp"
#include "rpc/door.hpp"

namespace monarch::rpc {

namespace tls = grpc::experimental;

struct Security::State {
  std::shared_ptr<tls::CertificateProviderInterface> files;  // null: plain text
  bool allow_plaintext = false;
  std::string admin_token;
};

Security::Security() : state_(std::make_shared<State>()) {}

Security::Security(const runtime::SecuritySettings& settings, std::chrono::seconds reread_every) {
  auto state = std::make_shared<State>();
  state->allow_plaintext = settings.allow_plaintext;
  state->admin_token = settings.admin_token;
  if (settings.tls.given()) {
    state->files = std::make_shared<tls::FileWatcherCertificateProvider>(
        settings.tls.key, settings.tls.certificate, settings.tls.authority,
        static_cast<unsigned>(reread_every.count()));
  }
  state_ = std::move(state);
}

ChannelOptions Security::to(std::string role) const {
  ChannelOptions options;
  options.security = *this;
  options.server_role = std::move(role);
  return options;
}

Outcome<std::string> Security::permits(const Endpoint& place) const {
  if (encrypted() || state_->allow_plaintext || is_loopback(place.host)) return Ok{};
  return fail(std::string(
      "is not loopback and the traffic is not encrypted; give --tls-ca-file and its like, or say "
      "--allow-plaintext when the network is private"));
}

bool Security::encrypted() const { return state_->files != nullptr; }

const std::string& Security::admin_token() const { return state_->admin_token; }

std::shared_ptr<Guard> Security::guard(metrics::Counter refused) const {
  auto by = Guard::By::kCertificate;
  if (!encrypted()) {
    by = state_->admin_token.empty() ? Guard::By::kLoopback : Guard::By::kToken;
  }
  return std::make_shared<Guard>(by, state_->admin_token, refused);
}

std::shared_ptr<grpc::ServerCredentials> Security::server_credentials(
    std::shared_ptr<Guard> guard) const {
  if (!encrypted()) return guarded(grpc_insecure_server_credentials_create(), std::move(guard));
  tls::TlsServerCredentialsOptions options(state_->files);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_cert_request_type(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  // Whoever the authority has signed may knock; which calls he may make the guard says.
  options.set_certificate_verifier(std::make_shared<tls::NoOpCertificateVerifier>());
  options.set_check_call_host(false);
  return guarded(grpc_tls_server_credentials_create(options.c_credentials_options()),
                 std::move(guard));
}

std::shared_ptr<grpc::ChannelCredentials> Security::channel_credentials() const {
  if (!encrypted()) return grpc::InsecureChannelCredentials();
  tls::TlsChannelCredentialsOptions options;
  options.set_certificate_provider(state_->files);
  options.watch_root_certs();
  options.watch_identity_key_cert_pairs();
  options.set_verify_server_certs(true);
  options.set_certificate_verifier(std::make_shared<tls::HostNameCertificateVerifier>());
  return tls::TlsCredentials(options);
}

}  // namespace monarch::rpc
