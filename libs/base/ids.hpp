// The strong types that keep one kind of identity from being taken for another. Values only; they
// cost what the wrapped type costs.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>

namespace monarch {

template <class Tag, class T>
class Strong {
 public:
  using Value = T;
  constexpr Strong() = default;
  constexpr explicit Strong(T value) : value_(std::move(value)) {}
  [[nodiscard]] constexpr const T& value() const { return value_; }
  friend auto operator<=>(const Strong&, const Strong&) = default;
  friend bool operator==(const Strong&, const Strong&) = default;

 private:
  T value_{};
};

// An account, as auth numbers it; never reused. 0 is no account.
using AccountId = Strong<struct AccountIdTag, std::uint64_t>;
// One sign-in of one account on one node: random 64 bits made by the node. 0 is no session.
using SessionId = Strong<struct SessionIdTag, std::uint64_t>;
// A process of the cluster, by the name it has in the registry: "notification-1".
using NodeId = Strong<struct NodeIdTag, std::string>;
// The list version of docs/protocol/presence-and-privacy.md#2-serial-numbers-list-versions.
using Serial = Strong<struct SerialTag, std::uint32_t>;

// The serial after `serial`: it wraps to 1, for 0 is what a client without a cache sends.
[[nodiscard]] constexpr Serial next(Serial serial) {
  return Serial(serial.value() == 0xFFFFFFFFU ? 1U : serial.value() + 1U);
}

}  // namespace monarch

template <class Tag, class T>
struct std::hash<monarch::Strong<Tag, T>> {
  std::size_t operator()(const monarch::Strong<Tag, T>& id) const noexcept {
    return std::hash<T>{}(id.value());
  }
};
