// SodiumVault: passwords at rest, encrypted with XChaCha20-Poly1305, each bound to its account's
// number. Made once at start from the key file; lives on the service's loop. Its keys are locked in
// memory and zeroed when it dies.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "auth/core/ports.hpp"

namespace monarch::auth {

class SodiumVault final : public PasswordVault {
 public:
  static constexpr std::size_t kKeysMax = 16;

  // A key per line, `id:hex` or just 64 hex digits, which then name themselves; empty lines and
  // lines that begin with '#' are skipped. The first one seals, all of them open. The error is for
  // a person and shows nothing of the keys.
  [[nodiscard]] static Result<std::unique_ptr<SodiumVault>, std::string> from_keys(
      std::string_view text);
  // What a fresh key file holds.
  [[nodiscard]] static Secret generate_keys();

  ~SodiumVault() override;

  SealedPassword seal(AccountId account, const Secret& password) override;
  Result<Secret, VaultFault> open(AccountId account, const SealedPassword& sealed) override;

 private:
  struct Keys;
  explicit SodiumVault(std::unique_ptr<Keys> keys);
  std::unique_ptr<Keys> keys_;
};

// Writes a fresh key file that only its owner can read; never over an existing one.
[[nodiscard]] Outcome<std::string> write_key_file(const std::string& path);

}  // namespace monarch::auth
