// Accounts and refusals as auth.v1 has them. Pure functions, for the adapters' .cpp files.
#pragma once

#include <grpcpp/support/status.h>
#include <string>

#include "auth/core/registrar.hpp"
#include "monarch/auth/v1/accounts.pb.h"

namespace monarch::auth {

void encode(const Account& account, monarch::auth::v1::Account& wire);
[[nodiscard]] grpc::Status to_status(Refusal refusal);
[[nodiscard]] grpc::Status bad_argument(const std::string& why);
[[nodiscard]] grpc::Status stopping();

}  // namespace monarch::auth
