#include "auth/core/verifier.hpp"

#include <optional>

namespace monarch::auth {

namespace {

// As long as people's passwords are, so that opening it costs what opening theirs costs.
constexpr std::string_view kDecoyPassword = "decoy-password";

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
  return std::nullopt;
}

std::optional<Md5Digest> parse_digest(std::string_view text) {
  Md5Digest digest{};
  if (text.size() != 2 * digest.size()) return std::nullopt;
  for (std::size_t i = 0; i < digest.size(); ++i) {
    const auto high = hex_value(text[2 * i]);
    const auto low = hex_value(text[2 * i + 1]);
    if (!high || !low) return std::nullopt;
    digest[i] = static_cast<std::uint8_t>(*high << 4U | *low);
  }
  return digest;
}

// Takes as long for digests that differ in the first byte as for those that differ in the last.
bool same(const Md5Digest& a, const Md5Digest& b) {
  unsigned difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

std::string_view name_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::kGood:
      return "good";
    case Verdict::kUnknownAccount:
      return "unknown_account";
    case Verdict::kWrongPassword:
      return "wrong_password";
    case Verdict::kNotActive:
      return "not_active";
    case Verdict::kAccountShut:
      return "account_throttled";
    case Verdict::kAddressShut:
      return "address_throttled";
    case Verdict::kStoreUnavailable:
      return "store_unavailable";
    case Verdict::kUnreadable:
      return "unreadable_password";
    case Verdict::kNoConsent:
      return "no_consent";
    case Verdict::kUnverified:
      return "unverified";
    case Verdict::kMaintenance:
      return "maintenance";
  }
  return "";
}

Verifier::Verifier(AccountStore& store, PasswordVault& vault, Hasher& hasher, Throttle& throttle,
                   const Clock& clock, VerifierRules rules)
    : store_(store),
      vault_(vault),
      hasher_(hasher),
      throttle_(throttle),
      clock_(clock),
      rules_(rules),
      decoy_(vault.seal(AccountId(), Secret(kDecoyPassword))) {}

Task<Verification> Verifier::verify(SignIn attempt) {
  // Not even a guess is answered while nobody signs in.
  if (rules_.maintenance) co_return Verification{Verdict::kMaintenance, {}, false};
  // Refused without a look at the store: the throttle counts unknown accounts like others, so this
  // tells nobody anything, and a flood of guesses costs no query.
  switch (throttle_.admit(attempt.handle, attempt.peer, clock_.now())) {
    case Admission::kAccountShut:
      co_return Verification{Verdict::kAccountShut, {}, false};
    case Admission::kAddressShut:
      co_return Verification{Verdict::kAddressShut, {}, false};
    case Admission::kAdmitted:
      break;
  }
  auto found = co_await store_.find_credentials(attempt.handle);
  if (!found) {
    throttle_.undecided(attempt.handle);
    co_return Verification{};
  }
  const Verification result = judge(attempt, found->has_value() ? &**found : nullptr);
  // Whoever knew the password is no guesser, whatever else keeps him out.
  const bool knew = result.verdict == Verdict::kGood || result.verdict == Verdict::kNoConsent ||
                    result.verdict == Verdict::kUnverified;
  if (knew) {
    throttle_.succeeded(attempt.handle);
  } else if (result.verdict == Verdict::kUnreadable) {
    throttle_.undecided(attempt.handle);
  } else {
    throttle_.failed(attempt.peer, clock_.now());
  }
  co_return result;
}

Verification Verifier::judge(const SignIn& attempt, const Credentials* found) {
  const auto password =
      found != nullptr ? vault_.open(found->id, found->password) : vault_.open(AccountId(), decoy_);
  if (!password) return {Verdict::kUnreadable, {}, false};
  const Md5Digest expected = hasher_.md5(attempt.challenge, password->view());
  const auto given = parse_digest(attempt.digest);
  const bool match = same(expected, given.value_or(Md5Digest{})) && given.has_value();
  if (found == nullptr) return {Verdict::kUnknownAccount, {}, false};
  if (!match) return {Verdict::kWrongPassword, {}, false};
  if (found->state != AccountState::kActive) return {Verdict::kNotActive, {}, false};
  if (!found->consent) return {Verdict::kNoConsent, {}, false};
  if (rules_.require_verified && !found->verified) return {Verdict::kUnverified, {}, false};
  return {Verdict::kGood, found->id, found->verified};
}

}  // namespace monarch::auth
