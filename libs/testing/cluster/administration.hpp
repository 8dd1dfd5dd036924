// What a test asks of a running cluster as an administrator would, over gRPC: accounts,
// sessions and draining. Blocking, each call with a deadline. Errors are sentences.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/result.hpp"

namespace monarch::testing {

struct NewAccount {
  std::string handle;
  std::string password;
  std::string friendly_name;  // as a person types it, not encoded
};

// Creates it through auth at host:port.
[[nodiscard]] Result<AccountId, std::string> create_account(const std::string& auth,
                                                            const NewAccount& account);
// With everything that others' lists say of it.
[[nodiscard]] Outcome<std::string> delete_account(const std::string& auth,
                                                  const std::string& handle);

// "alice@example.com at notification-1", one line per session that presence at host:port lists.
[[nodiscard]] Result<std::vector<std::string>, std::string> list_sessions(
    const std::string& presence);

// What grpc.health.v1 at host:port says: whether it serves, or a service of it.
[[nodiscard]] Result<bool, std::string> is_serving(const std::string& rpc,
                                                   const std::string& service = "");

// Tells the process at host:port to drain, so many sessions per second; 0: its own pace.
[[nodiscard]] Outcome<std::string> drain_node(const std::string& rpc, std::uint32_t per_second);

}  // namespace monarch::testing
