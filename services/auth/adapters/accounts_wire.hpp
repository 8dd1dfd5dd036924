// Accounts and refusals as auth.v1 has them. Pure functions, for the adapters' .cpp files.
#pragma once

#include <string>

#include "auth/core/registrar.hpp"
#include "monarch/auth/v1/accounts.pb.h"
#include "rpc/error.hpp"

namespace monarch::auth {

void encode(const Account& account, monarch::auth::v1::Account& wire);
[[nodiscard]] rpc::Error to_error(Refusal refusal);
[[nodiscard]] rpc::Error bad_argument(const std::string& why);

}  // namespace monarch::auth
