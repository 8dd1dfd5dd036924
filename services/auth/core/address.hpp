// Networks: a set of IPv4 networks in CIDR form, for the addresses that throttling leaves alone.
// Read once at start; immutable afterwards.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace monarch::auth {

// A dotted IPv4 address, also in its IPv6-mapped spelling. The protocol knows no other
// (docs/protocol/framing.md#1-transport).
[[nodiscard]] std::optional<std::uint32_t> parse_ipv4(std::string_view text);

class Networks {
 public:
  Networks() = default;
  // "127.0.0.0/8" or a lone address, each; the failure is the entry that is neither.
  [[nodiscard]] static Result<Networks, std::string> parse(const std::vector<std::string>& entries);

  [[nodiscard]] bool contains(std::string_view address) const;

 private:
  struct Network {
    std::uint32_t base;
    std::uint32_t mask;
  };
  std::vector<Network> networks_;
};

}  // namespace monarch::auth
