// Plays transcripts against a LocalCluster. The cluster is fresh: prepare() makes the accounts and
// rosters through public doors and brings the nodes into the state of the fixture.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "testing/cluster/local_cluster.hpp"
#include "testing/cluster/msnp_client.hpp"
#include "testing/transcript/socket_target.hpp"

namespace monarch::testing {

// How a cluster must be started so that the fixture can be made in it.
[[nodiscard]] ClusterOptions options_for(const transcript::Fixture& fixture);

class ClusterTarget : public transcript::SocketTarget {
 public:
  explicit ClusterTarget(LocalCluster& cluster, transcript::SocketOptions options = {})
      : SocketTarget(options), cluster_(cluster) {}

  [[nodiscard]] Done prepare(const transcript::Fixture& fixture) override;
  [[nodiscard]] Result<std::string, std::string> resolve(const transcript::Node& node) override;
  [[nodiscard]] std::vector<std::string> ready(transcript::Role role) override;

 private:
  [[nodiscard]] Done make_accounts(const transcript::Fixture& fixture);
  [[nodiscard]] Done end_notification_nodes(const transcript::Fixture& fixture);

  LocalCluster& cluster_;
  std::set<std::string> away_;  // node ids that no referral may name
};

// "notification-1" for ns:1.
[[nodiscard]] std::string node_id(const transcript::Node& node);

}  // namespace monarch::testing
