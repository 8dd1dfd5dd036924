// IP addresses and sets of networks, for limits that go by where a client comes from. Plain values;
// any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace monarch {

// An IPv6 address, or an IPv4 one in its mapped form: ::ffff:10.0.0.1 and 10.0.0.1 are the same.
class IpAddress {
 public:
  using Bytes = std::array<std::uint8_t, 16>;

  IpAddress() = default;
  explicit IpAddress(const Bytes& bytes) : bytes_(bytes) {}
  [[nodiscard]] static IpAddress v4(std::array<std::uint8_t, 4> bytes);
  // "10.0.0.1", "fd00::1"; nothing when it is neither.
  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);

  [[nodiscard]] bool is_v4() const;
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  // The first so many of the 128 bits, the others 0.
  [[nodiscard]] IpAddress prefix(unsigned bits) const;
  // Whom limits per address count as one: an IPv4 address, or the 64 bits of an IPv6 one that a
  // provider gives to a customer, who may take any of the addresses below them.
  [[nodiscard]] IpAddress source() const { return is_v4() ? *this : prefix(64); }
  // IPv4 dotted, whatever its form was.
  [[nodiscard]] std::string to_string() const;

  friend auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  Bytes bytes_{};
};

// A set of networks in CIDR form. Read once at start; immutable afterwards.
class Networks {
 public:
  Networks() = default;
  // "127.0.0.0/8", "fd00::/8" or a lone address, each; the failure is the entry that is neither.
  [[nodiscard]] static Result<Networks, std::string> parse(const std::vector<std::string>& entries);

  [[nodiscard]] bool contains(const IpAddress& address) const;
  // False for what is no address.
  [[nodiscard]] bool contains(std::string_view address) const;
  [[nodiscard]] bool empty() const { return networks_.empty(); }

 private:
  struct Network {
    IpAddress base;
    unsigned bits;
  };
  std::vector<Network> networks_;
};

}  // namespace monarch
