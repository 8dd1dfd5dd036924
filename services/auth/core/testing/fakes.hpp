// The small doors of auth's core for tests: a vault that only XORs, a hash that is none, a presence
// in memory. They keep the promises of core/ports.hpp, cheaply.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/core/ports.hpp"

namespace monarch::auth::testing {

class XorVault final : public PasswordVault {
 public:
  SealedPassword seal(AccountId account, const Secret& password) override;
  Result<Secret, VaultFault> open(AccountId account, const SealedPassword& sealed) override;

  std::string key = "key-1";
  std::size_t opened = 0;
};

class ToyHasher final : public Hasher {
 public:
  Md5Digest md5(std::string_view challenge, std::string_view password) override;
  std::size_t hashed = 0;
};

// The digest a client would send, in lower-case hex.
[[nodiscard]] std::string digest_of(std::string_view challenge, std::string_view password);

class MemoryPrincipals final : public Principals {
 public:
  Task<Outcome<PrincipalsFault>> ensure(std::vector<Principal> principals) override;
  Task<Outcome<PrincipalsFault>> remove(AccountId account) override;
  Task<Outcome<PrincipalsFault>> kick(AccountId account) override;

  std::map<AccountId, Principal> known;
  std::size_t ensures = 0;
  std::size_t removes = 0;
  std::vector<AccountId> kicked;
  // From the call after the next so many on, presence is away; nothing: never.
  std::optional<std::size_t> fail_after;

 private:
  [[nodiscard]] bool away();
};

}  // namespace monarch::auth::testing
