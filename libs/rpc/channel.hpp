// Channels to other services: the one place where credentials, keep-alive, balancing and retries
// are decided. Channels are gRPC's and may be used on any thread.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/endpoint.hpp"
#include "base/result.hpp"
#include "rpc/security.hpp"
#include "runtime/metrics.hpp"

namespace grpc {
class Channel;
}

namespace monarch::rpc {

struct ChannelOptions {
  // Unless told otherwise plain text, and only to this machine. Security::to() fills in both.
  Security security = {};
  // Whose certificate the servers must show, wherever they are: "auth".
  std::string server_role = {};
  // A peer that is silent for this long is pinged, and given up when the pong is overdue.
  Duration keepalive_time = std::chrono::seconds(10);
  Duration keepalive_timeout = std::chrono::seconds(5);
  // Unary calls that fail as UNAVAILABLE are tried so often in all.
  int attempts_max = 3;
  // Takes in how long unary calls take, by method and code; rpc::measured() gives one.
  metrics::HistogramFamily calls = {};
};

// A channel to one or several equal servers; calls go round robin over those that are up. The error
// names the endpoint.
[[nodiscard]] Result<std::shared_ptr<grpc::Channel>, std::string> make_channel(
    const std::vector<Endpoint>& servers, const ChannelOptions& options = {});

}  // namespace monarch::rpc
