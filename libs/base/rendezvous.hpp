// Rendezvous hashing: which of the healthy instances looks after an account, for locality. Every
// process computes the same answer, and a node that goes moves only its own accounts. Pure.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/ids.hpp"

namespace monarch {

namespace detail {

// FNV-1a over the name, then SplitMix64's finisher with the account: fixed for all versions, for N
// and N+1 must agree.
[[nodiscard]] constexpr std::uint64_t rendezvous_weight(AccountId account, std::string_view node) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : node) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  }
  std::uint64_t z = hash ^ (account.value() * 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

}  // namespace detail

// The node of the greatest weight; the order of `nodes` does not matter. `nodes` is not empty.
[[nodiscard]] inline const NodeId& rendezvous_pick(AccountId account,
                                                   std::span<const NodeId> nodes) {
  MONARCH_ASSERT(!nodes.empty());
  const NodeId* best = nullptr;
  std::uint64_t best_weight = 0;
  for (const auto& node : nodes) {
    const auto weight = detail::rendezvous_weight(account, node.value());
    // Equal weights of two names: the lesser name, so that all agree.
    if (best == nullptr || weight > best_weight || (weight == best_weight && node < *best)) {
      best = &node;
      best_weight = weight;
    }
  }
  return *best;
}

// The same for a text, such as a handle: which of the names looks after it, and which comes next
// when that one is away. Numbers of `names`, of the greatest weight first.
[[nodiscard]] inline std::vector<std::size_t> rendezvous_order(std::string_view key,
                                                               std::span<const std::string> names) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const char c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
  std::vector<std::pair<std::uint64_t, std::size_t>> weights;
  weights.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    weights.emplace_back(detail::rendezvous_weight(AccountId(hash), names[i]), i);
  }
  std::sort(weights.begin(), weights.end(), [&names](const auto& a, const auto& b) {
    return a.first != b.first ? a.first > b.first : names[a.second] < names[b.second];
  });
  std::vector<std::size_t> order;
  order.reserve(names.size());
  for (const auto& [weight, i] : weights) order.push_back(i);
  return order;
}

}  // namespace monarch
