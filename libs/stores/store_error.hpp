// StoreError: why PostgreSQL or Redis did not answer as asked. A value, made by libs/stores on any
// thread; its text is fit for a log (no passwords, no row contents).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace monarch::stores {

enum class StoreErrorKind : std::uint8_t {
  kUnavailable,  // no connection, or it broke
  kTimeout,      // no answer before the deadline
  kConflict,     // serialization failure, deadlock or a constraint that the caller did not handle
  kOverloaded,   // a bound of ours (queue, in flight) or of the server's is reached
  kBug,          // the statement itself is wrong, or the answer is not what it should be
};

inline constexpr std::array kStoreErrorKinds = {StoreErrorKind::kUnavailable,
                                                StoreErrorKind::kTimeout, StoreErrorKind::kConflict,
                                                StoreErrorKind::kOverloaded, StoreErrorKind::kBug};

struct StoreError {
  StoreErrorKind kind = StoreErrorKind::kBug;
  std::string text;
  // The work may have been done although no answer came: repeat it only if that does no harm.
  bool maybe_done = false;
};

template <class T>
using StoreResult = Result<T, StoreError>;

[[nodiscard]] constexpr std::string_view to_string(StoreErrorKind kind) {
  switch (kind) {
    case StoreErrorKind::kUnavailable:
      return "unavailable";
    case StoreErrorKind::kTimeout:
      return "timeout";
    case StoreErrorKind::kConflict:
      return "conflict";
    case StoreErrorKind::kOverloaded:
      return "overloaded";
    case StoreErrorKind::kBug:
      return "bug";
  }
  return "unknown";
}

// What a health endpoint asks of a store. `reason` is empty when it is well.
struct StoreHealth {
  bool ok = false;
  std::string reason;
};

}  // namespace monarch::stores
