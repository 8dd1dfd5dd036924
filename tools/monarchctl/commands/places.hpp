// Where something is in the cluster, as presence knows it. Blocking; each makes a call.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "monarchctl/cluster.hpp"
#include "monarchctl/output.hpp"

namespace monarch::ctl {

struct NodePlace {
  std::string rpc;
  std::string role;
};
// Refused when there is no node of this id.
[[nodiscard]] Result<NodePlace, Problem> find_node(Cluster& cluster, const std::string& node);

struct SessionPlace {
  std::string email;  // as the cluster writes it
  std::uint64_t session = 0;
  std::string node;
};
// Nothing when the account is not signed in; refused when there is none.
[[nodiscard]] Result<std::optional<SessionPlace>, Problem> find_session(Cluster& cluster,
                                                                        const std::string& email);

}  // namespace monarch::ctl
