#include "net/proxy_header.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace monarch::net {

namespace {

using Step = ProxyVerdict::Step;
using namespace std::string_view_literals;

constexpr std::string_view kLineBegin = "PROXY ";
constexpr std::string_view kSignature = "\r\n\r\n\0\r\nQUIT\n"sv;

constexpr ProxyVerdict kNeedMore{};
constexpr ProxyVerdict kBad{.step = Step::kBad};

std::uint8_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}
std::uint16_t number_at(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(byte_at(bytes, at) << 8U | byte_at(bytes, at + 1));
}

// The word in front, which one space ends; false when there is none.
bool take_word(std::string_view& rest, std::string_view& word) {
  const std::size_t space = rest.find(' ');
  if (space == std::string_view::npos || space == 0) return false;
  word = rest.substr(0, space);
  rest.remove_prefix(space + 1);
  return true;
}

std::optional<std::uint16_t> port_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

// An address as the word TCP4 or TCP6 before it says; a mapped IPv4 one may stand behind TCP6.
std::optional<IpAddress> address_of(std::string_view text, bool six) {
  if ((text.find(':') != std::string_view::npos) != six) return std::nullopt;
  return IpAddress::parse(text);
}

// Without its "PROXY " and its end.
std::optional<ProxyHeader> read_line(std::string_view line) {
  if (line == "UNKNOWN" || line.starts_with("UNKNOWN ")) return ProxyHeader{};
  std::string_view family;
  std::string_view source;
  std::string_view destination;
  std::string_view port;
  if (!take_word(line, family) || !take_word(line, source) || !take_word(line, destination) ||
      !take_word(line, port)) {
    return std::nullopt;
  }
  if (family != "TCP4" && family != "TCP6") return std::nullopt;
  const bool six = family == "TCP6";
  const auto from = address_of(source, six);
  const auto from_port = port_of(port);
  if (!from || !from_port || !address_of(destination, six) || !port_of(line)) return std::nullopt;
  return ProxyHeader{.proxied = true, .source = *from, .port = *from_port};
}

ProxyVerdict parse_line(std::string_view bytes) {
  const std::string_view window = bytes.substr(0, kProxyLineBytesMax);
  const std::size_t end = window.find_first_of("\r\n"sv);
  if (end == std::string_view::npos) {
    return window.size() < kProxyLineBytesMax ? kNeedMore : kBad;
  }
  if (window[end] == '\n') return kBad;
  if (end + 1 == window.size()) return window.size() < kProxyLineBytesMax ? kNeedMore : kBad;
  if (window[end + 1] != '\n') return kBad;
  const auto header = read_line(window.substr(kLineBegin.size(), end - kLineBegin.size()));
  if (!header) return kBad;
  return {.step = Step::kDone, .size = end + 2, .header = *header};
}

// Whether these bytes are TLVs to the last. What they say is nothing to us: a checksum among them
// guards against what TCP guards against already.
bool are_tlvs(std::string_view bytes) {
  constexpr std::size_t kHead = 3;
  while (!bytes.empty()) {
    if (bytes.size() < kHead) return false;
    const std::size_t size = kHead + number_at(bytes, 1);
    if (size > bytes.size()) return false;
    bytes.remove_prefix(size);
  }
  return true;
}

template <std::size_t N>
std::array<std::uint8_t, N> octets_at(std::string_view bytes, std::size_t at) {
  std::array<std::uint8_t, N> octets{};
  for (std::size_t i = 0; i < N; ++i) octets[i] = byte_at(bytes, at + i);
  return octets;
}

// How many bytes the addresses of a family take; nothing for what is not carried over TCP.
std::optional<std::size_t> address_bytes(std::uint8_t family) {
  switch (family) {
    case 0x00:  // unspecified
      return 0;
    case 0x11:  // TCP over IPv4
      return 12;
    case 0x21:  // TCP over IPv6
      return 36;
    case 0x31:  // a Unix stream socket
      return 216;
    default:
      return std::nullopt;
  }
}

ProxyVerdict parse_binary(std::string_view bytes) {
  // Judged as soon as it has come, so that nobody holds us up with a header that cannot be good.
  constexpr std::size_t kCommandAt = 12;
  constexpr std::size_t kFamilyAt = 13;
  constexpr std::size_t kLengthAt = 14;
  if (bytes.size() <= kCommandAt) return kNeedMore;
  const std::uint8_t command = byte_at(bytes, kCommandAt);
  const bool local = command == 0x20;
  if (!local && command != 0x21) return kBad;
  if (bytes.size() <= kFamilyAt) return kNeedMore;
  const std::uint8_t family = byte_at(bytes, kFamilyAt);
  // Of LOCAL the rest is to be skipped, whatever it is.
  const auto addresses = local ? std::optional<std::size_t>(0) : address_bytes(family);
  if (!addresses) return kBad;
  if (bytes.size() < kProxyFixedBytes) return kNeedMore;
  const std::size_t length = number_at(bytes, kLengthAt);
  if (length > kProxyBodyBytesMax || length < *addresses) return kBad;
  if (bytes.size() < kProxyFixedBytes + length) return kNeedMore;

  const std::string_view body = bytes.substr(kProxyFixedBytes, length);
  ProxyVerdict done{.step = Step::kDone, .size = kProxyFixedBytes + length};
  if (local || *addresses == 0) return done;
  if (!are_tlvs(body.substr(*addresses))) return kBad;
  if (family == 0x11) {
    done.header = {true, IpAddress::v4(octets_at<4>(body, 0)), number_at(body, 8)};
  } else if (family == 0x21) {
    done.header = {true, IpAddress(octets_at<16>(body, 0)), number_at(body, 32)};
  }
  return done;
}

bool begins(std::string_view bytes, std::string_view with) {
  const std::size_t size = std::min(bytes.size(), with.size());
  return bytes.substr(0, size) == with.substr(0, size);
}

}  // namespace

ProxyVerdict parse_proxy_header(std::string_view bytes) {
  if (begins(bytes, kSignature)) {
    return bytes.size() < kSignature.size() ? kNeedMore : parse_binary(bytes);
  }
  if (begins(bytes, kLineBegin)) {
    return bytes.size() < kLineBegin.size() ? kNeedMore : parse_line(bytes);
  }
  return kBad;
}

}  // namespace monarch::net
