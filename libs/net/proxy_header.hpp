// The PROXY protocol of HAProxy, versions 1 and 2: what a proxy says first on a connection about
// whom it carries. A pure parser: the bytes so far in, a verdict out
// (docs/decisions/0014-who-is-behind-a-proxy.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/ip_address.hpp"

namespace monarch::net {

// "PROXY UNKNOWN" with two IPv6 addresses and ports is the longest line, its end included.
inline constexpr std::size_t kProxyLineBytesMax = 107;
// Of version 2: the fixed part, and what may follow it. The addresses take 216 bytes at most, the
// rest are the proxy's TLVs, none of which we need.
inline constexpr std::size_t kProxyFixedBytes = 16;
inline constexpr std::size_t kProxyBodyBytesMax = 2048;
inline constexpr std::size_t kProxyHeaderBytesMax = kProxyFixedBytes + kProxyBodyBytesMax;

struct ProxyHeader {
  // False: the connection is the proxy's own (a health check), or it does not know whose it is.
  // The address is then the one it came from.
  bool proxied = false;
  IpAddress source = {};
  std::uint16_t port = 0;
};

struct ProxyVerdict {
  enum class Step : std::uint8_t { kNeedMore, kDone, kBad };
  Step step = Step::kNeedMore;
  std::size_t size = 0;  // of kDone: the header's bytes; what follows is the client's
  ProxyHeader header = {};
};

// `bytes` begin with the connection's first. Never kNeedMore from kProxyHeaderBytesMax on, and the
// verdict does not depend on how the bytes were cut.
[[nodiscard]] ProxyVerdict parse_proxy_header(std::string_view bytes);

}  // namespace monarch::net
