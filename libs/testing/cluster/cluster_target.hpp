// Plays transcripts against a LocalCluster. prepare() makes the accounts and rosters through public
// doors and brings the nodes into the state of the fixture; clear() deletes the accounts, so that a
// cluster may serve for many transcripts.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.hpp"
#include "testing/cluster/local_cluster.hpp"
#include "testing/cluster/msnp_client.hpp"
#include "testing/transcript/socket_target.hpp"

namespace monarch::testing {

// Whether the fixture asks for nodes in a state that they do not come back from.
[[nodiscard]] bool needs_own_cluster(const transcript::Fixture& fixture);

// How a cluster must be started so that the fixture can be made in it.
[[nodiscard]] ClusterOptions options_for(const transcript::Fixture& fixture);

class ClusterTarget : public transcript::SocketTarget {
 public:
  explicit ClusterTarget(LocalCluster& cluster, transcript::SocketOptions options = {})
      : SocketTarget(options), cluster_(cluster) {}

  // Deletes the accounts, in the same way as an operator would.
  [[nodiscard]] Done clear();

  [[nodiscard]] Done prepare(const transcript::Fixture& fixture) override;
  // Runs monarchctl, which must say that it is done; or `stop ns:1`, a SIGTERM.
  [[nodiscard]] Done operate(std::string_view words) override;
  [[nodiscard]] Result<std::string, std::string> resolve(const transcript::Node& node) override;
  [[nodiscard]] std::vector<std::string> ready(transcript::Role role) override;

 private:
  [[nodiscard]] Done make_account(const transcript::Account& account, const NodeId& wanted,
                                  const std::vector<NodeId>& presence);
  // Serials as the transcript says them, and no trace of how the rosters came to be.
  [[nodiscard]] Done set_serials(const transcript::Fixture& fixture);
  [[nodiscard]] Done make_accounts(const transcript::Fixture& fixture);
  // The first node that takes newcomers after all, too.
  [[nodiscard]] std::string door(const transcript::Fixture& fixture) const;
  [[nodiscard]] Done fill_node(const std::string& name);
  [[nodiscard]] Done begin_drain(const std::string& name);
  void end_node(const std::string& name);
  [[nodiscard]] Done wait_for_no_referral();

  LocalCluster& cluster_;
  std::map<std::string, AccountId> accounts_;  // that we have made, by handle
  std::vector<std::unique_ptr<MsnpClient>> fillers_;
  std::set<std::string> away_;  // node ids that no referral may name
};

// "notification-1" for ns:1.
[[nodiscard]] std::string node_id(const transcript::Node& node);

}  // namespace monarch::testing
