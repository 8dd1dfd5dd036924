#include "base/endpoint.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace monarch {

namespace {

constexpr std::size_t kHostLengthMax = 253;
constexpr std::size_t kLabelLengthMax = 63;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLabelLengthMax) return false;
  if (label.front() == '-' || label.back() == '-') return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  });
}

// A name whose last label is a number would be a mistyped address.
bool is_dns_name(std::string_view host) {
  if (host.empty() || host.size() > kHostLengthMax) return false;
  for (;;) {
    const std::size_t dot = host.find('.');
    const std::string_view label = host.substr(0, dot);
    if (!is_label(label)) return false;
    if (dot == std::string_view::npos) return !std::all_of(label.begin(), label.end(), is_digit);
    host.remove_prefix(dot + 1);
  }
}

}  // namespace

bool is_ipv4_literal(std::string_view host) {
  in_addr address{};
  return inet_pton(AF_INET, std::string(host).c_str(), &address) == 1;
}

bool is_ipv6_literal(std::string_view host) {
  in6_addr address{};
  return inet_pton(AF_INET6, std::string(host).c_str(), &address) == 1;
}

bool is_loopback(std::string_view host) {
  return host == "localhost" || host == "::1" ||
         (host.starts_with("127.") && is_ipv4_literal(host));
}

Result<Endpoint, std::string> Endpoint::parse(std::string_view text) {
  const std::string shown = "\"" + std::string(text) + "\"";
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return fail(shown + " is not HOST:PORT");
  std::string_view host = text.substr(0, colon);
  const std::string_view port_text = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']')) {
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6_literal(host)) return fail(shown + " has no IPv6 address in its brackets");
  } else if (!is_ipv4_literal(host) && !is_dns_name(host)) {
    return fail(shown + " has no IPv4 address or name before its port");
  }
  Endpoint endpoint{std::string(host), 0};
  const auto [end, error] =
      std::from_chars(port_text.data(), port_text.data() + port_text.size(), endpoint.port);
  if (error != std::errc{} || end != port_text.data() + port_text.size() || port_text.empty()) {
    return fail(shown + " has no port from 0 to 65535 after its colon");
  }
  return endpoint;
}

std::string Endpoint::to_string() const {
  const bool brackets = host.find(':') != std::string::npos;
  return (brackets ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

Outcome<std::string> check_advertisable(const Endpoint& endpoint) {
  const std::string shown = endpoint.to_string();
  if (endpoint.port == 0) return fail(shown + " has port 0, to which nobody can connect");
  if (is_ipv6_literal(endpoint.host)) {
    return fail(shown + " is an IPv6 address; give an IPv4 address or a DNS name");
  }
  if (endpoint.host.starts_with("0.") && is_ipv4_literal(endpoint.host)) {
    return fail(shown + " is an address to bind, to which nobody can connect");
  }
  if (!is_ipv4_literal(endpoint.host) && !is_dns_name(endpoint.host)) {
    return fail(shown + " is neither an IPv4 address nor a DNS name");
  }
  return Ok{};
}

}  // namespace monarch
