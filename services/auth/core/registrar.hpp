// Registrar: accounts come, change and go, in step with presence. Each way is a row of steps that
// can be cut off anywhere and is finished by repeating the request. Lives on the service's loop;
// the ports outlive it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "auth/core/ports.hpp"

namespace monarch::auth {

// An account to be, every field checked (core/rules.hpp) by the door it came in through.
struct Application {
  Handle handle;
  Secret password;
  std::string friendly_name;  // encoded token; empty: the handle
};

enum class Refusal : std::uint8_t {
  kExists,
  kNotFound,
  kDeleting,  // half deleted; deleting it again finishes that
  kHalfMade,  // still pending; adding it again finishes that
  kTaken,     // presence has the handle under another account
  kTooManyRows,
  kStoreUnavailable,
  kPresenceUnavailable,
};

// For a person, who reads it after the handle it is about.
[[nodiscard]] std::string_view text_of(Refusal refusal);

class Registrar {
 public:
  Registrar(AccountStore& store, PasswordVault& vault, Principals& principals)
      : store_(store), vault_(vault), principals_(principals) {}

  // Stores the account as pending, has presence make its roster, activates it. An account that an
  // earlier attempt left pending is taken up, with this password and name.
  [[nodiscard]] Task<Result<Account, Refusal>> create(Application application);

  [[nodiscard]] Task<Outcome<Refusal>> set_password(Handle handle, Secret password);

  // The states of an account, each set to what it shall be and stored before anything else happens;
  // the account as it is then. Suspending, and taking consent away, end the session too: when
  // presence cannot be told, the account is shut all the same, and repeating it tells presence.
  [[nodiscard]] Task<Result<Account, Refusal>> suspend(Handle handle);
  [[nodiscard]] Task<Result<Account, Refusal>> resume(Handle handle);
  [[nodiscard]] Task<Result<Account, Refusal>> set_consent(Handle handle, bool given);
  [[nodiscard]] Task<Result<Account, Refusal>> set_verified(Handle handle, bool verified);

  // Kicks once more if the account is shut still.
  [[nodiscard]] Task<Outcome<Refusal>> shut_again(Handle handle);

  // Create backwards: marks it as deleting, so that nobody signs in, has presence drop the roster
  // (and kick the session), then drops the row.
  [[nodiscard]] Task<Outcome<Refusal>> remove(Handle handle);

 private:
  [[nodiscard]] Task<Result<Account, Refusal>> claim(const Application& application);
  [[nodiscard]] Task<Result<Account, Refusal>> standing(Handle handle);
  [[nodiscard]] Task<Result<Account, Refusal>> shut(Account account);

  AccountStore& store_;
  PasswordVault& vault_;
  Principals& principals_;
};

[[nodiscard]] constexpr Refusal refusal_of(PrincipalsFault fault) {
  return fault == PrincipalsFault::kTaken ? Refusal::kTaken : Refusal::kPresenceUnavailable;
}

}  // namespace monarch::auth
