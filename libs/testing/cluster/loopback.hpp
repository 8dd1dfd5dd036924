// Addresses for a cluster of a test's own: a corner of 127.0.0.0/8 in which nobody else listens, so
// that tests run beside each other and beside ./dev up with the ports that clients know.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace monarch::testing {

inline constexpr std::uint16_t kClientPort = 1863;
inline constexpr std::uint16_t kRpcPort = 17000;
inline constexpr std::uint16_t kAdminPort = 17001;
inline constexpr std::uint16_t kHealthPort = 17002;

// "127.x.y": a corner of its own for each call in this machine, chosen by pid and checked by
// binding. Aborts when none is free.
[[nodiscard]] std::string fresh_loopback_corner();

// Whether somebody takes connections at host:port.
[[nodiscard]] bool listens(const std::string& address);

// Asks an admin endpoint; the status of the answer, and its body for people. The error says why
// there is none.
struct AdminAnswer {
  int status = 0;
  std::string body;
};
[[nodiscard]] Result<AdminAnswer, std::string> ask_admin(const std::string& host,
                                                         std::uint16_t port,
                                                         const std::string& path,
                                                         std::chrono::milliseconds bound);

}  // namespace monarch::testing
