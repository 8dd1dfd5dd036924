// Guard: decides at a server's door, before any handler, whether a call may be made, by the table
// in permissions.hpp, and writes the audit: a line in the log for each administrative call. Knows
// no gRPC; rpc/door.hpp puts it to work. Any thread.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "rpc/error.hpp"
#include "rpc/permissions.hpp"
#include "runtime/metrics.hpp"

namespace monarch::rpc {

class Guard {
 public:
  // By what a caller is known.
  enum class By : std::uint8_t {
    kCertificate,
    kToken,    // plain text; the token is asked for administrative calls, all others are free
    kLoopback  // plain text on this machine, no token: everything is free
  };
  // The DNS names of a caller's certificate.
  using Names = std::vector<std::string_view>;

  // `refused` counts calls that may not be made.
  Guard(By by, std::string token, metrics::Counter refused);

  // `authorization` is the call's header of that name. Writes the line of a call that is refused.
  [[nodiscard]] Outcome<Error> decide(std::string_view path, const Names& names,
                                      std::string_view authorization);
  // Writes the line of an administrative call that was let in and has come to this result.
  void ended(std::string_view path, const Names& names, std::string_view result) const;

 private:
  [[nodiscard]] Outcome<Error> judge(const Permission* permission, std::string_view path,
                                     const Names& names, std::string_view authorization) const;
  [[nodiscard]] std::string caller(const Names& names) const;
  // Whether there is room for a line; then also how many have been left out since the last one.
  [[nodiscard]] bool may_write_refusal(std::uint64_t& held_back);

  const By by_;
  const std::string token_;
  metrics::Counter refused_;
  std::mutex mutex_;  // of what follows
  TimePoint second_{};
  unsigned lines_ = 0;
  std::uint64_t held_back_ = 0;
};

// What a caller says to show a token.
[[nodiscard]] std::string bearer(std::string_view token);

}  // namespace monarch::rpc
