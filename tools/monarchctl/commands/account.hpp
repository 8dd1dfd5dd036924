// What the commands about accounts share. Pure but for the words of Cluster.
#pragma once

#include <string>

#include "monarchctl/cluster.hpp"
#include "monarchctl/output.hpp"

namespace monarch::ctl {

// An account as scripts read it.
[[nodiscard]] nlohmann::ordered_json describe(const monarch::auth::v1::Account& account);

// Refusals come without the account they are about.
[[nodiscard]] Problem problem_of(const Cluster& cluster, const std::string& email,
                                 const grpc::Status& status);

}  // namespace monarch::ctl
