// Throttle: slows down who guesses passwords, per account and per source address
// (docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules, "Failed logins"). In memory of one
// auth instance, bounded whatever an attacker sends; lives on the service's loop.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/core/lru.hpp"
#include "base/clock.hpp"
#include "base/handle.hpp"
#include "base/ip_address.hpp"

namespace monarch::auth {

struct ThrottleLimits {
  Duration window = std::chrono::minutes(10);
  // Failures of an account within the window that change nothing.
  std::size_t account_failures_free = 5;
  // The next one shuts the account for the first of these, each further one for twice as long.
  Duration backoff_first = std::chrono::seconds(5);
  Duration backoff_max = std::chrono::minutes(2);
  // An address with so many failures within the window is refused until they have aged.
  std::size_t address_failures_max = 30;
  Networks exempt;  // addresses that are not counted
  std::size_t accounts_tracked_max = 100'000;
  std::size_t addresses_tracked_max = 50'000;
};

enum class Admission : std::uint8_t { kAdmitted, kAccountShut, kAddressShut };

class Throttle {
 public:
  explicit Throttle(ThrottleLimits limits);

  // May this attempt be checked? An admitted one counts as a failure of the account until one of
  // the three below is told, so that a hundred guesses at once do not all pass before the first
  // has failed. The address is only counted in failed(): many people behind one address may sign
  // in at the same moment. A refused attempt counts as nothing.
  [[nodiscard]] Admission admit(const Handle& handle, std::string_view peer, TimePoint now);

  void succeeded(const Handle& handle);
  void failed(std::string_view peer, TimePoint now);
  // The attempt was not decided: the store is away.
  void undecided(const Handle& handle);

  [[nodiscard]] std::size_t accounts_tracked() const { return accounts_.size(); }
  [[nodiscard]] std::size_t addresses_tracked() const { return addresses_.size(); }

 private:
  struct AccountRecord {
    std::vector<TimePoint> failures;  // at most account_failures_free + 1, the newest last
    TimePoint shut_until = TimePoint::min();
    unsigned doublings = 0;
  };
  struct AddressRecord {
    std::vector<TimePoint> failures;  // at most address_failures_max, the newest last
  };

  void forget_old(std::vector<TimePoint>& failures, TimePoint now) const;
  void count_failure(AccountRecord& record, TimePoint now) const;
  // What its failures count under; nothing when they do not count. Of IPv6, which only a proxy
  // tells of, a customer's network rather than each of his addresses.
  [[nodiscard]] std::optional<std::string> counted(std::string_view peer) const;

  ThrottleLimits limits_;
  LruTable<AccountRecord> accounts_;
  LruTable<AddressRecord> addresses_;
};

}  // namespace monarch::auth
