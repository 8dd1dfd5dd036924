// AddressQuota: how many of something each source address may have at a time, such as connections
// that nobody has signed in on yet. What it holds is bounded by what those who enter hold open.
// Owned by one loop.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "base/ip_address.hpp"

namespace monarch {

class AddressQuota {
 public:
  // `exempt` addresses are not counted: a LAN or a proxy behind one address.
  AddressQuota(std::size_t most, Networks exempt) : most_(most), exempt_(std::move(exempt)) {}

  // False: this source has as many as it may. What is no address is not counted.
  [[nodiscard]] bool enter(std::string_view address) {
    const auto source = counted(address);
    if (!source) return true;
    const auto place = held_.try_emplace(*source, 0).first;
    if (place->second < most_) {
      ++place->second;
      return true;
    }
    if (place->second == 0) held_.erase(place);
    return false;
  }
  // Once for each that entered.
  void leave(std::string_view address) {
    const auto source = counted(address);
    const auto place = source ? held_.find(*source) : held_.end();
    if (place != held_.end() && --place->second == 0) held_.erase(place);
  }

  // Sources that have any.
  [[nodiscard]] std::size_t sources() const { return held_.size(); }

 private:
  [[nodiscard]] std::optional<IpAddress> counted(std::string_view address) const {
    const auto parsed = IpAddress::parse(address);
    if (!parsed || exempt_.contains(*parsed)) return std::nullopt;
    return parsed->source();
  }

  std::size_t most_;
  Networks exempt_;
  std::map<IpAddress, std::size_t> held_;
};

}  // namespace monarch
