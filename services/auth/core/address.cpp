#include "auth/core/address.hpp"

#include <charconv>

namespace monarch::auth {

namespace {

// A decimal number of 1 to `digits_max` digits up to `most`, cut from the front of `text`.
std::optional<std::uint32_t> take_number(std::string_view& text, std::size_t digits_max,
                                         std::uint32_t most) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto digits = static_cast<std::size_t>(end - text.data());
  if (error != std::errc{} || digits > digits_max || number > most) return std::nullopt;
  text.remove_prefix(digits);
  return number;
}

}  // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  constexpr std::string_view kMapped = "::ffff:";
  if (text.starts_with(kMapped)) text.remove_prefix(kMapped.size());
  std::uint32_t address = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) {
      if (!text.starts_with('.')) return std::nullopt;
      text.remove_prefix(1);
    }
    const auto number = take_number(text, 3, 255);
    if (!number) return std::nullopt;
    address = address << 8U | *number;
  }
  if (!text.empty()) return std::nullopt;
  return address;
}

Result<Networks, std::string> Networks::parse(const std::vector<std::string>& entries) {
  Networks networks;
  for (const std::string& entry : entries) {
    const std::string_view text = entry;
    const std::size_t slash = text.find('/');
    const auto base = parse_ipv4(text.substr(0, slash));
    if (!base) return fail(entry);
    std::uint32_t bits = 32;
    if (slash != std::string_view::npos) {
      std::string_view rest = text.substr(slash + 1);
      const auto length = take_number(rest, 2, 32);
      if (!length || !rest.empty()) return fail(entry);
      bits = *length;
    }
    const std::uint32_t mask = bits == 0 ? 0 : ~std::uint32_t{0} << (32 - bits);
    networks.networks_.push_back({*base & mask, mask});
  }
  return networks;
}

bool Networks::contains(std::string_view address) const {
  const auto number = parse_ipv4(address);
  if (!number) return false;
  for (const Network& network : networks_) {
    if ((*number & network.mask) == network.base) return true;
  }
  return false;
}

}  // namespace monarch::auth
