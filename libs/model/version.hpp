// The version of what others see of an account (ARCHITECTURE.md#rule-1, #rule-5). The
// greater wins everywhere; a fresh token for a session is such a version too.
#pragma once

#include <compare>
#include <cstdint>

namespace monarch::model {

struct Version {
  // From a PostgreSQL sequence, renewed when Redis comes back without it: whatever an emptied or
  // restored Redis hands out is greater than anything handed out before.
  std::uint64_t generation = 0;
  std::uint64_t counter = 0;

  friend auto operator<=>(const Version&, const Version&) = default;
};

}  // namespace monarch::model
