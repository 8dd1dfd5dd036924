// Channels to other services: the one place where credentials, keep-alive, balancing and retries
// are decided. Channels are gRPC's and may be used on any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"

namespace grpc {
class Channel;
class ChannelCredentials;
class ServerCredentials;
}  // namespace grpc

namespace monarch::rpc {

struct ChannelOptions {
  // Calls leave the machine unencrypted only when this says so (--allow-plaintext).
  bool allow_plaintext = false;
  // A peer that is silent for this long is pinged, and given up when the pong is overdue.
  Duration keepalive_time = std::chrono::seconds(10);
  Duration keepalive_timeout = std::chrono::seconds(5);
  // Unary calls that fail as UNAVAILABLE are tried so often in all.
  int attempts_max = 3;
};

// A channel to one or several equal servers; calls go round robin over those that are up. The error
// names the endpoint.
[[nodiscard]] Result<std::shared_ptr<grpc::Channel>, std::string> make_channel(
    const std::vector<Endpoint>& servers, const ChannelOptions& options = {});

// mTLS will come in here, and only here.
[[nodiscard]] std::shared_ptr<grpc::ChannelCredentials> channel_credentials();
[[nodiscard]] std::shared_ptr<grpc::ServerCredentials> server_credentials();

}  // namespace monarch::rpc
