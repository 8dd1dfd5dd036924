#include "auth/core/throttle.hpp"

#include <algorithm>

namespace monarch::auth {

Throttle::Throttle(ThrottleLimits limits)
    : limits_(std::move(limits)),
      accounts_(limits_.accounts_tracked_max),
      addresses_(limits_.addresses_tracked_max) {}

Admission Throttle::admit(const Handle& handle, std::string_view peer, TimePoint now) {
  if (const auto source = counted(peer)) {
    if (AddressRecord* address = addresses_.find(*source)) {
      forget_old(address->failures, now);
      if (address->failures.size() >= limits_.address_failures_max) return Admission::kAddressShut;
      if (address->failures.empty()) addresses_.erase(*source);
    }
  }
  if (const AccountRecord* account = accounts_.find(handle.value())) {
    if (now < account->shut_until) return Admission::kAccountShut;
  }
  count_failure(accounts_.touch(handle.value()), now);
  return Admission::kAdmitted;
}

void Throttle::succeeded(const Handle& handle) { accounts_.erase(handle.value()); }

void Throttle::failed(std::string_view peer, TimePoint now) {
  const auto source = counted(peer);
  if (!source) return;
  AddressRecord& address = addresses_.touch(*source);
  forget_old(address.failures, now);
  if (address.failures.size() < limits_.address_failures_max) address.failures.push_back(now);
}

void Throttle::undecided(const Handle& handle) {
  AccountRecord* account = accounts_.find(handle.value());
  if (account == nullptr || account->failures.empty()) return;
  account->failures.pop_back();
  // It was admitted, so the account was open before.
  account->shut_until = TimePoint::min();
  if (account->doublings > 0) --account->doublings;
  if (account->failures.empty()) accounts_.erase(handle.value());
}

void Throttle::forget_old(std::vector<TimePoint>& failures, TimePoint now) const {
  std::erase_if(failures, [&](TimePoint at) { return now - at >= limits_.window; });
}

void Throttle::count_failure(AccountRecord& record, TimePoint now) const {
  forget_old(record.failures, now);
  if (record.failures.size() > limits_.account_failures_free) {
    record.failures.erase(record.failures.begin());
  }
  record.failures.push_back(now);
  if (record.failures.size() <= limits_.account_failures_free) {
    record.doublings = 0;
    return;
  }
  Duration wait = limits_.backoff_first;
  for (unsigned i = 0; i < record.doublings && wait < limits_.backoff_max; ++i) wait *= 2;
  record.shut_until = now + std::min(wait, limits_.backoff_max);
  // Beyond the bound there is nothing left to double.
  if (wait < limits_.backoff_max) ++record.doublings;
}

std::optional<std::string> Throttle::counted(std::string_view peer) const {
  const auto address = IpAddress::parse(peer);
  if (!address || limits_.exempt.contains(*address)) return std::nullopt;
  return address->source().to_string();
}

}  // namespace monarch::auth
