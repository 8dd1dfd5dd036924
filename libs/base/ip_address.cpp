#include "base/ip_address.hpp"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

namespace monarch {

namespace {

constexpr std::array<std::uint8_t, 12> kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
constexpr unsigned kMappedBits = 96;
constexpr unsigned kBits = 128;

}  // namespace

IpAddress IpAddress::v4(std::array<std::uint8_t, 4> bytes) {
  Bytes all{};
  std::copy(kMapped.begin(), kMapped.end(), all.begin());
  std::copy(bytes.begin(), bytes.end(), all.begin() + kMapped.size());
  return IpAddress(all);
}

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  const std::string copy(text);
  // Beyond a NUL inet_pton() would not look.
  if (copy.size() >= INET6_ADDRSTRLEN || copy.find('\0') != std::string::npos) return std::nullopt;
  std::array<std::uint8_t, 4> four{};
  if (inet_pton(AF_INET, copy.c_str(), four.data()) == 1) return v4(four);
  Bytes sixteen{};
  if (inet_pton(AF_INET6, copy.c_str(), sixteen.data()) == 1) return IpAddress(sixteen);
  return std::nullopt;
}

bool IpAddress::is_v4() const { return std::equal(kMapped.begin(), kMapped.end(), bytes_.begin()); }

IpAddress IpAddress::prefix(unsigned bits) const {
  Bytes kept = bytes_;
  for (unsigned byte = 0; byte < kept.size(); ++byte) {
    const unsigned begin = byte * 8;
    if (begin + 8 <= bits) continue;
    const unsigned here = bits > begin ? bits - begin : 0;
    kept[byte] = static_cast<std::uint8_t>(kept[byte] & (0xFF00U >> here));
  }
  return IpAddress(kept);
}

std::string IpAddress::to_string() const {
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (is_v4()) {
    inet_ntop(AF_INET, bytes_.data() + kMapped.size(), text.data(), text.size());
  } else {
    inet_ntop(AF_INET6, bytes_.data(), text.data(), text.size());
  }
  return text.data();
}

Result<Networks, std::string> Networks::parse(const std::vector<std::string>& entries) {
  Networks networks;
  for (const std::string& entry : entries) {
    const std::string_view text = entry;
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return fail(entry);
    // Of what is written as IPv4 the length counts from there on.
    const bool dotted = text.substr(0, slash).find(':') == std::string_view::npos;
    const unsigned before = dotted ? kMappedBits : 0;
    unsigned bits = kBits;
    if (slash != std::string_view::npos) {
      const std::string_view digits = text.substr(slash + 1);
      unsigned length = 0;
      const auto [end, error] =
          std::from_chars(digits.data(), digits.data() + digits.size(), length);
      if (error != std::errc{} || end != digits.data() + digits.size() || digits.size() > 3 ||
          length > kBits - before) {
        return fail(entry);
      }
      bits = before + length;
    }
    networks.networks_.push_back({address->prefix(bits), bits});
  }
  return networks;
}

bool Networks::contains(const IpAddress& address) const {
  return std::any_of(networks_.begin(), networks_.end(), [&](const Network& network) {
    return address.prefix(network.bits) == network.base;
  });
}

bool Networks::contains(std::string_view address) const {
  const auto parsed = IpAddress::parse(address);
  return parsed && contains(*parsed);
}

}  // namespace monarch
