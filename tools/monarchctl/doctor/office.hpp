// Office: what the doctor asks of a cluster's administration, in production over gRPC. Outside,
// with
// --connect, there is none. Blocking; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "monarchctl/doctor/trouble.hpp"

namespace monarch::ctl::doctor {

class Office {
 public:
  struct Node {
    std::string id;
    std::string role;
    std::string state;       // "ready", …
    std::string advertised;  // host:port; empty for those that clients never meet
  };
  struct Guest {
    std::string handle;
    std::int64_t age_seconds = 0;
    bool signed_in = false;
  };

  virtual ~Office() = default;
  [[nodiscard]] virtual Result<std::vector<Node>, Trouble> nodes() = 0;
  [[nodiscard]] virtual Done add(const std::string& handle, const std::string& password) = 0;
  // Done, too, when there is no such account.
  [[nodiscard]] virtual Done remove(const std::string& handle) = 0;
  // The accounts for which is_guest() holds.
  [[nodiscard]] virtual Result<std::vector<Guest>, Trouble> guests() = 0;
};

// doctor-xxxxxxxx@monarch.invalid, x in lower-case hex: no account of a person, for .invalid is no
// domain (RFC 2606).
[[nodiscard]] bool is_guest(std::string_view handle);
[[nodiscard]] std::string guest_handle(std::uint32_t number);

// A doctor at work has its accounts signed in, but for its first moments.
inline constexpr std::int64_t kGuestFreshSeconds = 5;
// No doctor takes so long.
inline constexpr std::int64_t kGuestStaleSeconds = 900;
// What a doctor that was killed has left behind, and not what another one is using.
[[nodiscard]] bool is_leftover(const Office::Guest& guest);

}  // namespace monarch::ctl::doctor
