// Timers: when which session or conversation wants to be looked at. An owner has one time at most
// and remembers it himself, so that it can be moved. Owned by the hall, on its loop.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <set>

#include "base/clock.hpp"

namespace monarch::switchboard {

class Timers {
 public:
  enum class Kind : std::uint8_t { kSession, kConversation };
  struct Due {
    TimePoint at;
    Kind kind = Kind::kSession;
    std::uint64_t id = 0;
    auto operator<=>(const Due&) const = default;
  };

  // Makes `at` the owner's time, instead of `scheduled`, where he remembers it.
  void set(Kind kind, std::uint64_t id, std::optional<TimePoint>& scheduled,
           std::optional<TimePoint> at) {
    if (scheduled == at) return;
    if (scheduled) due_.erase({*scheduled, kind, id});
    if (at) due_.insert({*at, kind, id});
    scheduled = at;
  }

  [[nodiscard]] std::optional<TimePoint> next() const {
    if (due_.empty()) return std::nullopt;
    return due_.begin()->at;
  }

  // Who is due; his time stays set until he moves it.
  [[nodiscard]] std::optional<Due> due(TimePoint now) const {
    if (due_.empty() || due_.begin()->at > now) return std::nullopt;
    return *due_.begin();
  }

 private:
  std::set<Due> due_;
};

}  // namespace monarch::switchboard
