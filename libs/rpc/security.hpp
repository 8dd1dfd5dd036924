// Security: how a process proves who it is and knows the others: certificates of the cluster's
// authority, or plain text, of which administrative calls may need a token. Made once by main()
// from the settings; a handle to copy about, any thread.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "runtime/metrics.hpp"
#include "runtime/security_settings.hpp"

namespace grpc {
class ChannelCredentials;
class ServerCredentials;
}  // namespace grpc

namespace monarch::rpc {

struct ChannelOptions;
class Guard;

class Security {
 public:
  // Plain text on this machine, without a token.
  Security();
  // The settings have been checked. The gRPC library rereads the files so often; new connections
  // then use what they hold, those that stand go on.
  explicit Security(const runtime::SecuritySettings& settings,
                    std::chrono::seconds reread_every = std::chrono::seconds(10));

  // For a channel to servers of that role, "auth": no other certificate of ours will do there.
  [[nodiscard]] ChannelOptions to(std::string role) const;

  // Whether traffic with that host may be as it would be: the error is the end of a sentence that
  // begins with it.
  [[nodiscard]] Outcome<std::string> permits(const Endpoint& place) const;
  [[nodiscard]] bool encrypted() const;
  // What administrative calls must show; empty: nothing.
  [[nodiscard]] const std::string& admin_token() const;

  // `refused` counts the calls that the guard turns away.
  [[nodiscard]] std::shared_ptr<Guard> guard(metrics::Counter refused) const;
  [[nodiscard]] std::shared_ptr<grpc::ServerCredentials> server_credentials(
      std::shared_ptr<Guard> guard) const;
  [[nodiscard]] std::shared_ptr<grpc::ChannelCredentials> channel_credentials() const;

 private:
  struct State;
  std::shared_ptr<const State> state_;
};

}  // namespace monarch::rpc
