#include "auth/core/testing/fakes.hpp"

#include <utility>

namespace monarch::auth::testing {

namespace {

char mask_of(AccountId account) { return static_cast<char>(0x55 ^ (account.value() & 0x7F)); }

Md5Digest toy_hash(std::string_view challenge, std::string_view password) {
  Md5Digest digest{};
  std::uint64_t state = 0xCBF29CE484222325ULL;
  const auto mix = [&](std::string_view text) {
    for (const char c : text) {
      state = (state ^ static_cast<unsigned char>(c)) * 0x100000001B3ULL;
    }
  };
  for (std::size_t i = 0; i < digest.size(); ++i) {
    mix(challenge);
    mix(password);
    digest[i] = static_cast<std::uint8_t>(state >> 32U);
  }
  return digest;
}

}  // namespace

SealedPassword XorVault::seal(AccountId account, const Secret& password) {
  std::string bytes(1, static_cast<char>(account.value() & 0xFF));
  for (const char c : password.view()) bytes += static_cast<char>(c ^ mask_of(account));
  return {key, std::move(bytes)};
}

Result<Secret, VaultFault> XorVault::open(AccountId account, const SealedPassword& sealed) {
  ++opened;
  if (sealed.key != key) return fail(VaultFault::kUnknownKey);
  if (sealed.bytes.empty() || sealed.bytes.front() != static_cast<char>(account.value() & 0xFF)) {
    return fail(VaultFault::kForged);
  }
  Secret password(sealed.bytes.size() - 1);
  for (std::size_t i = 1; i < sealed.bytes.size(); ++i) {
    password.data()[i - 1] = static_cast<char>(sealed.bytes[i] ^ mask_of(account));
  }
  return password;
}

Md5Digest ToyHasher::md5(std::string_view challenge, std::string_view password) {
  ++hashed;
  return toy_hash(challenge, password);
}

std::string digest_of(std::string_view challenge, std::string_view password) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : toy_hash(challenge, password)) {
    text += kHex[byte >> 4U];
    text += kHex[byte & 0xFU];
  }
  return text;
}

bool MemoryPrincipals::away() {
  if (!fail_after) return false;
  if (*fail_after == 0) return true;
  --*fail_after;
  return false;
}

Task<Outcome<PrincipalsFault>> MemoryPrincipals::ensure(std::vector<Principal> principals) {
  ++ensures;
  MONARCH_ASSERT(principals.size() <= kPrincipalsMax);
  if (away()) co_return fail(PrincipalsFault::kUnavailable);
  for (const Principal& principal : principals) {
    for (const auto& [id, other] : known) {
      if (other.handle == principal.handle && id != principal.account) {
        co_return fail(PrincipalsFault::kTaken);
      }
    }
  }
  for (Principal& principal : principals) known.try_emplace(principal.account, principal);
  co_return Ok{};
}

Task<Outcome<PrincipalsFault>> MemoryPrincipals::remove(AccountId account) {
  ++removes;
  if (away()) co_return fail(PrincipalsFault::kUnavailable);
  known.erase(account);
  co_return Ok{};
}

Task<Outcome<PrincipalsFault>> MemoryPrincipals::kick(AccountId account) {
  if (away()) co_return fail(PrincipalsFault::kUnavailable);
  kicked.push_back(account);
  co_return Ok{};
}

}  // namespace monarch::auth::testing
