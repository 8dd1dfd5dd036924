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
  // The password is right, and yet he may not come in.
  kNoConsent,   // a child's account whose parents have not consented
  kUnverified,  // the e-mail address is not verified, and must be
  kMaintenance,
};
inline constexpr std::size_t kVerdicts = 11;

[[nodiscard]] std::string_view name_of(Verdict verdict);

struct Verification {
  Verdict verdict = Verdict::kStoreUnavailable;
  AccountId account;
  bool verified = false;
};

// What an operator may demand beyond the password.
struct VerifierRules {
  bool require_verified = false;  // 924 for accounts whose address is not verified
  bool maintenance = false;       // nobody signs in; nothing is looked at, and nothing counted
};

class Verifier {
 public:
  Verifier(AccountStore& store, PasswordVault& vault, Hasher& hasher, Throttle& throttle,
           const Clock& clock, VerifierRules rules = {});

  [[nodiscard]] Task<Verification> verify(SignIn attempt);

 private:
  [[nodiscard]] Verification judge(const SignIn& attempt, const Credentials* found);

  AccountStore& store_;
  PasswordVault& vault_;
  Hasher& hasher_;
  Throttle& throttle_;
  const Clock& clock_;
  VerifierRules rules_;
  // What is opened in place of an account that does not exist.
  SealedPassword decoy_;
};

}  // namespace monarch::auth
