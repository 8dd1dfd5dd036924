// HOST:PORT as settings and the registry write it. A plain value; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace monarch {

// A host is an IPv4 literal, a DNS name, or (where one binds) an IPv6 literal, kept without
// brackets.
struct Endpoint {
  std::string host;
  std::uint16_t port = 0;

  // "127.0.0.1:1863", "example.org:1863", "[::1]:1863". The error says what is wrong with the text.
  [[nodiscard]] static Result<Endpoint, std::string> parse(std::string_view text);
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

[[nodiscard]] bool is_ipv4_literal(std::string_view host);
[[nodiscard]] bool is_ipv6_literal(std::string_view host);
[[nodiscard]] bool is_loopback(std::string_view host);

// Whether others may be told to connect there: an address to bind such as 0.0.0.0, [::] or port 0
// is none, and neither is an IPv6 literal, for the clients of the time know only IPv4. The error
// says why.
[[nodiscard]] Outcome<std::string> check_advertisable(const Endpoint& endpoint);

}  // namespace monarch
