// What a user says he is doing (docs/protocol/notification.md#chg-2) and what others see of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace monarch::model {

enum class Status : std::uint8_t {
  kOffline,  // signed out, or before the first CHG; never sent as a status
  kOnline,
  kBusy,
  kIdle,
  kBeRightBack,
  kAway,
  kPhone,
  kLunch,
  kHidden,  // signed in, shown as offline
};

// "NLN", "BSY" …; kOffline is "FLN".
[[nodiscard]] std::string_view to_wire(Status status);
// The status words a client may send, FLN included; nullopt for any other word.
[[nodiscard]] std::optional<Status> parse_status(std::string_view word);
// Whether others can see a user of this status at all.
[[nodiscard]] constexpr bool is_shown(Status status) {
  return status != Status::kOffline && status != Status::kHidden;
}

}  // namespace monarch::model
