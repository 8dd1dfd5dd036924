#include "msnp/command.hpp"

namespace monarch::msnp {

bool is_transaction_id(std::string_view token) {
  constexpr std::size_t kDigitsMax = 10;
  if (token.empty() || token.size() > kDigitsMax) return false;
  std::uint64_t value = 0;
  for (const char c : token) {
    if (c < '0' || c > '9') return false;
    value = value * 10 + static_cast<std::uint64_t>(c - '0');
  }
  return value <= kTransactionIdMax;
}

}  // namespace monarch::msnp
