#include "monarchctl/doctor/office.hpp"

#include <algorithm>
#include <array>
#include <cstdio>

namespace monarch::ctl::doctor {

namespace {

constexpr std::string_view kPrefix = "doctor-";
constexpr std::string_view kSuffix = "@monarch.invalid";
constexpr std::size_t kDigits = 8;

}  // namespace

bool is_guest(std::string_view handle) {
  if (handle.size() != kPrefix.size() + kDigits + kSuffix.size()) return false;
  if (!handle.starts_with(kPrefix) || !handle.ends_with(kSuffix)) return false;
  const auto digits = handle.substr(kPrefix.size(), kDigits);
  return digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string guest_handle(std::uint32_t number) {
  std::array<char, kDigits + 1> digits{};
  std::snprintf(digits.data(), digits.size(), "%08x", number);
  return std::string(kPrefix).append(digits.data()).append(kSuffix);
}

bool is_leftover(const Office::Guest& guest) {
  if (!is_guest(guest.handle)) return false;
  return guest.signed_in ? guest.age_seconds >= kGuestStaleSeconds
                         : guest.age_seconds >= kGuestFreshSeconds;
}

}  // namespace monarch::ctl::doctor
