#include "presence/adapters/postgres_answer.hpp"

#include <chrono>

#include "runtime/log.hpp"

namespace monarch::presence {

StoreError to_port(const stores::StoreError& error) {
  if (error.kind == stores::StoreErrorKind::kOverloaded) return StoreError::kOverloaded;
  // A statement that is wrong would otherwise look like a server that is away.
  if (error.kind == stores::StoreErrorKind::kBug) {
    log::error("roster_statement_failed", {{"error", error.text}});
    return StoreError::kUnavailable;
  }
  static log::RateLimit often;  // all of this happens on the one loop
  if (const auto held_back = often.due(std::chrono::steady_clock::now())) {
    log::warn("postgres_failed", {{"error", error.text}, {"held_back", *held_back}});
  }
  return StoreError::kUnavailable;
}

}  // namespace monarch::presence
