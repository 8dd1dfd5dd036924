// What auth knows of an account. Values; the rows of schema `auth` are the truth about them.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/handle.hpp"
#include "base/ids.hpp"

namespace monarch::auth {

// An account is pending until presence has its roster, and deleting until presence has dropped it:
// both can be finished by whoever repeats the request (core/registrar.hpp).
enum class AccountState : std::uint8_t { kPending, kActive, kSuspended, kDeleting };

[[nodiscard]] constexpr std::string_view name_of(AccountState state) {
  switch (state) {
    case AccountState::kPending:
      return "pending";
    case AccountState::kActive:
      return "active";
    case AccountState::kSuspended:
      return "suspended";
    case AccountState::kDeleting:
      return "deleting";
  }
  return "";
}

struct Account {
  AccountId id;
  Handle handle;
  AccountState state = AccountState::kPending;
  bool verified = true;
  std::chrono::seconds created{0};  // Unix time
  bool consent = true;              // false: a child's, whose parents have not consented
};

// A password as it lies in the store: encrypted with the key of that name, bound to its account.
struct SealedPassword {
  std::string key;
  std::string bytes;
};

// What the check of a sign-in reads, in one row.
struct Credentials {
  AccountId id;
  AccountState state = AccountState::kPending;
  bool verified = true;
  SealedPassword password;
  bool consent = true;
};

// Numbers one atomic import, so that its staged rows can be told from others. 0 is none.
using ImportId = Strong<struct ImportIdTag, std::uint64_t>;

// A row on its way in. The friendly name waits in it until presence has it.
struct NewAccount {
  AccountId id;
  Handle handle;
  SealedPassword password;
  std::string friendly_name;  // encoded token; empty: the handle
};

}  // namespace monarch::auth
