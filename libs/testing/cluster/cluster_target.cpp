#include "testing/cluster/cluster_target.hpp"

#include <algorithm>
#include <poll.h>

#include "testing/cluster/administration.hpp"
#include "testing/cluster/roster_writer.hpp"

namespace monarch::testing {
namespace {

using transcript::Fixture;
using transcript::Node;
using transcript::Role;

// Between two looks for something that announces itself to nobody.
constexpr int kLookEveryMs = 50;

std::string role_name(Role role) {
  switch (role) {
    case Role::kDispatch:
      return "dispatch";
    case Role::kNotification:
      return "notification";
    case Role::kSwitchboard:
      return "switchboard";
  }
  return "";
}

}  // namespace

std::string node_id(const Node& node) {
  return role_name(node.role) + "-" + std::to_string(node.instance);
}

ClusterOptions options_for(const Fixture& fixture) {
  ClusterOptions options;
  for (const auto& [name, value] : fixture.settings) {
    std::string flag = name;
    std::replace(flag.begin(), flag.end(), '_', '-');
    options.flags["presence"].push_back("--" + flag + "=" + value);
  }
  return options;
}

transcript::Target::Done ClusterTarget::prepare(const Fixture& fixture) {
  if (!fixture.draining.empty() || !fixture.full.empty()) {
    return fail(std::string("this target cannot make a node drain or be full yet"));
  }
  if (auto done = make_accounts(fixture); !done) return done;
  const std::string door = cluster_.client_address("notification-1");
  if (auto done = write_rosters(fixture, *this, door); !done) return done;
  if (!fixture.notification_nodes_alive) return end_notification_nodes(fixture);
  return Ok{};
}

transcript::Target::Done ClusterTarget::make_accounts(const Fixture& fixture) {
  for (const transcript::Account& account : fixture.accounts) {
    const NewAccount made{account.handle, account.password, decoded(account.name)};
    if (auto done = create_account(cluster_.rpc_address("auth-1"), made); !done) return done;
  }
  return Ok{};
}

// Kills them and waits until dispatch has noticed, which is when it refers nobody any more.
transcript::Target::Done ClusterTarget::end_notification_nodes(const Fixture& fixture) {
  for (const std::string& name : cluster_.names()) {
    if (!name.starts_with("notification-")) continue;
    cluster_.kill(name);
    away_.insert(name);
  }
  const std::string handle =
      fixture.accounts.empty() ? "somebody@example.com" : fixture.accounts.front().handle;
  const TimePoint deadline = SystemClock().now() + std::chrono::seconds(15);
  while (SystemClock().now() < deadline) {
    MsnpClient client(*this, "fixture.dispatch");
    const auto answer = client.referral(cluster_.client_address("dispatch-1"), handle);
    if (!answer) return fail(answer.error());
    if (!answer->starts_with("XFR ")) return Ok{};
    poll(nullptr, 0, kLookEveryMs);
  }
  return fail(std::string("dispatch still refers to nodes that are dead"));
}

Result<std::string, std::string> ClusterTarget::resolve(const Node& node) {
  const auto names = cluster_.names();
  if (std::find(names.begin(), names.end(), node_id(node)) == names.end()) {
    return fail("this cluster has no " + transcript::to_string(node));
  }
  return cluster_.client_address(node_id(node));
}

std::vector<std::string> ClusterTarget::ready(Role role) {
  std::vector<std::string> addresses;
  for (const std::string& name : cluster_.names()) {
    if (name.starts_with(role_name(role) + "-") && !away_.contains(name)) {
      addresses.push_back(cluster_.client_address(name));
    }
  }
  return addresses;
}

}  // namespace monarch::testing
