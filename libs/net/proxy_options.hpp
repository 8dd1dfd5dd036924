// What a listener behind a proxy is told, and why it turns a connection away. Plain values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string_view>

#include "base/clock.hpp"
#include "base/ip_address.hpp"

namespace monarch::net {

// Why a connection to a listener that requires the PROXY protocol was closed.
enum class ProxyRefusal : std::uint8_t {
  kUntrusted,  // it came from elsewhere than from a proxy
  kBadHeader,
  kTimedOut,  // no whole header within the time
  kLeft,      // the other side closed before its header was whole
  kTooMany,   // too many others have not sent theirs yet
};
inline constexpr std::size_t kProxyRefusals = 5;
[[nodiscard]] std::string_view to_string(ProxyRefusal why);

struct ProxyOptions {
  // Every connection begins with a PROXY header, and comes from one of these networks.
  bool required = false;
  Networks from = {};
  Duration within = std::chrono::seconds(5);
  // Connections whose header is not whole yet.
  std::size_t waiting_max = 1024;
  // Told of each connection that was turned away.
  std::function<void(ProxyRefusal)> refused = {};
};

}  // namespace monarch::net
