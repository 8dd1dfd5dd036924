// The negotiated protocol version as a set of features
// (docs/protocol/versions.md#2-changes-msnp2--msnp7) and the negotiation itself. Values; only
// command tables and the encoder look at version numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace monarch::msnp {

enum class Feature : std::uint32_t {
  kFullProfile = 1U << 0U,      // the profile has more than LoginTime
  kTextMailTypes = 1U << 1U,    // mail notices are text/…, with an id; before: application/…
  kUrlSiteId = 1U << 2U,        // URL answers three values
  kXfrTail = 1U << 3U,          // XFR NS ends with 0
  kIms = 1U << 4U,              // IMS
  kProperties = 1U << 5U,       // PRP, BPR
  kTextInvitations = 1U << 6U,  // SDC
  kPaging = 1U << 7U,           // PAG
  kNotifications = 1U << 8U,    // NOT
  kUsrOkVerified = 1U << 9U,    // USR OK carries whether the address is verified
  kChallenges = 1U << 10U,      // CHL, QRY
  kPages = 1U << 11U,           // IPG
  kXfrSelf = 1U << 12U,         // XFR NS ends with this server's address
  kGroups = 1U << 13U,          // ADG, REG, RMG, LSG, groups in ADD, REM and LST FL
  kSndLibrary = 1U << 20U,      // SND names locale and library
  kSndClient = 1U << 21U,       // SND names the client as well
};

class Dialect {
 public:
  enum Version : std::uint8_t {
    kNone = 0,  // nothing negotiated yet
    kMsnp2 = 2,
    kMsnp3 = 3,
    kMsnp4 = 4,
    kMsnp5 = 5,
    kMsnp6 = 6,
    kMsnp7 = 7,
  };

  constexpr Dialect() = default;
  // NOLINTNEXTLINE(google-explicit-constructor): a version is a dialect.
  constexpr Dialect(Version version) : version_(version) {}

  [[nodiscard]] constexpr Version version() const { return version_; }
  [[nodiscard]] constexpr bool has(Feature feature) const {
    return (features() & static_cast<std::uint32_t>(feature)) != 0;
  }
  // "MSNP5"; empty for kNone.
  [[nodiscard]] std::string_view name() const;

  // The dialect of that name, compared without case; kNone when it is not one of ours.
  [[nodiscard]] static Dialect parse(std::string_view name);

  friend constexpr bool operator==(Dialect, Dialect) = default;

 private:
  [[nodiscard]] constexpr std::uint32_t features() const;

  Version version_ = kNone;
};

// What VER is answered with (docs/protocol/dispatch.md#2-ver).
struct Negotiation {
  // In force from now on; kNone when only CVR0 or nothing matched.
  Dialect dialect;
  // Only CVR0 matched: the client will ask CVQ.
  bool version_check_only = false;
  // The words of the answer: what of the offer we speak, in the order of the offer; "0" if nothing.
  std::array<std::string_view, 7> words{};
  std::size_t words_count = 0;

  [[nodiscard]] std::span<const std::string_view> answer() const {
    return {words.data(), words_count};
  }
  [[nodiscard]] bool failed() const {
    return dialect == Dialect(Dialect::kNone) && !version_check_only;
  }
};

[[nodiscard]] Negotiation negotiate(std::span<const std::string_view> offer);

constexpr std::uint32_t Dialect::features() const {
  constexpr auto bit = [](Feature feature) { return static_cast<std::uint32_t>(feature); };
  std::uint32_t set = 0;
  if (version_ >= kMsnp3) {
    set |= bit(Feature::kFullProfile) | bit(Feature::kTextMailTypes) | bit(Feature::kUrlSiteId) |
           bit(Feature::kXfrTail) | bit(Feature::kIms) | bit(Feature::kSndLibrary);
  }
  if (version_ >= kMsnp4) set |= bit(Feature::kSndClient);
  if (version_ >= kMsnp5) {
    set |= bit(Feature::kProperties) | bit(Feature::kTextInvitations) | bit(Feature::kPaging) |
           bit(Feature::kNotifications);
  }
  if (version_ >= kMsnp6) {
    set |= bit(Feature::kUsrOkVerified) | bit(Feature::kChallenges) | bit(Feature::kPages);
  }
  if (version_ >= kMsnp7) set |= bit(Feature::kXfrSelf) | bit(Feature::kGroups);
  return set;
}

}  // namespace monarch::msnp
