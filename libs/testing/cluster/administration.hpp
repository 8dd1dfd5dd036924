// What a test asks of a running cluster as an administrator would, over gRPC: accounts and
// draining. Blocking, each call with a deadline. Errors are sentences.
#pragma once

#include <cstdint>
#include <string>

#include "base/result.hpp"

namespace monarch::testing {

struct NewAccount {
  std::string handle;
  std::string password;
  std::string friendly_name;  // as a person types it, not encoded
};

// Creates it through auth at host:port.
[[nodiscard]] Outcome<std::string> create_account(const std::string& auth,
                                                  const NewAccount& account);

// Tells the process at host:port to drain, so many sessions per second; 0: its own pace.
[[nodiscard]] Outcome<std::string> drain_node(const std::string& rpc, std::uint32_t per_second);

}  // namespace monarch::testing
