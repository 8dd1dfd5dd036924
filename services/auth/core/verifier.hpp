// Verifier: the check of a sign-in (docs/protocol/dispatch.md#4-usr). Whatever is wrong, a stranger
// learns only that it failed: unknown accounts cost the same work and get the same answer. Lives on
// the service's loop; the ports outlive it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "auth/core/ports.hpp"
#include "auth/core/throttle.hpp"
#include "base/clock.hpp"

namespace monarch::auth {

struct SignIn {
  Handle handle;
  std::string challenge;
  std::string digest;  // 32 hex digits, either case
  std::string peer;    // the client's address without its port; empty: not known
};

// Only the metric tells the refusals apart.
enum class Verdict : std::uint8_t {
  kGood,
  kUnknownAccount,
  kWrongPassword,
  kNotActive,
  kAccountShut,
  kAddressShut,
  kStoreUnavailable,
  kUnreadable,  // the stored password does not open: the key file lacks its key, or damage
};
inline constexpr std::size_t kVerdicts = 8;

[[nodiscard]] std::string_view name_of(Verdict verdict);

struct Verification {
  Verdict verdict = Verdict::kStoreUnavailable;
  AccountId account;
  bool verified = false;
};

class Verifier {
 public:
  Verifier(AccountStore& store, PasswordVault& vault, Hasher& hasher, Throttle& throttle,
           const Clock& clock);

  [[nodiscard]] Task<Verification> verify(SignIn attempt);

 private:
  [[nodiscard]] Verification judge(const SignIn& attempt, const Credentials* found);

  AccountStore& store_;
  PasswordVault& vault_;
  Hasher& hasher_;
  Throttle& throttle_;
  const Clock& clock_;
  // What is opened in place of an account that does not exist.
  SealedPassword decoy_;
};

}  // namespace monarch::auth
