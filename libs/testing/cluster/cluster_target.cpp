#include "testing/cluster/cluster_target.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <utility>

#include "base/rendezvous.hpp"
#include "testing/cluster/administration.hpp"
#include "testing/cluster/roster_writer.hpp"

namespace monarch::testing {
namespace {

using transcript::Fixture;
using transcript::Node;
using transcript::Role;

// Until dispatch knows that nodes are dead, or full.
constexpr std::chrono::seconds kNoticedWithin{15};
// Until the number of a new account happens to belong to the right presence instance.
constexpr int kNumberTries = 30;

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

bool needs_own_cluster(const Fixture& fixture) {
  return !fixture.draining.empty() || !fixture.full.empty() || !fixture.notification_nodes_alive ||
         fixture.notification_nodes_full || !fixture.switchboards_alive;
}

ClusterOptions options_for(const Fixture& fixture) {
  ClusterOptions options;
  for (const auto& [name, value] : fixture.settings) {
    const auto dot = name.find('.');
    std::string flag = name.substr(dot + 1);
    std::replace(flag.begin(), flag.end(), '_', '-');
    options.flags[name.substr(0, dot)].push_back("--" + flag + "=" + value);
  }
  for (const Node& node : fixture.full) options.flags[node_id(node)] = {"--capacity=1"};
  if (fixture.notification_nodes_full) options.flags["notification"].emplace_back("--capacity=1");
  // All clients of a test sit behind one address, and what fails in one transcript is not to
  // throttle the next: docs/protocol/framing.md#10-keep-alive-timeouts-rate-rules.
  options.flags["auth"].emplace_back("--throttle-exempt=127.0.0.0/8");
  return options;
}

transcript::Target::Done ClusterTarget::prepare(const Fixture& fixture) {
  if (auto done = make_accounts(fixture); !done) return done;
  if (auto done = write_rosters(fixture, *this, door(fixture)); !done) return done;
  if (auto done = set_serials(fixture); !done) return done;
  for (const Node& node : fixture.full) {
    if (auto done = fill_node(node_id(node)); !done) return done;
  }
  for (const Node& node : fixture.draining) {
    if (auto done = begin_drain(node_id(node)); !done) return done;
  }
  for (const std::string& name : cluster_.names()) {
    if (fixture.notification_nodes_full && name.starts_with("notification-")) {
      if (auto done = fill_node(name); !done) return done;
    }
    if (!fixture.notification_nodes_alive && name.starts_with("notification-")) end_node(name);
    if (!fixture.switchboards_alive && name.starts_with("switchboard-")) end_node(name);
  }
  const bool refers = fixture.notification_nodes_alive && !fixture.notification_nodes_full;
  return refers ? Done(Ok{}) : wait_for_no_referral();
}

std::string ClusterTarget::door(const Fixture& fixture) const {
  const auto has = [](const std::vector<Node>& nodes, const std::string& name) {
    return std::any_of(nodes.begin(), nodes.end(),
                       [&](const Node& node) { return node_id(node) == name; });
  };
  for (const std::string& name : cluster_.names()) {
    if (!name.starts_with("notification-")) continue;
    if (!has(fixture.full, name) && !has(fixture.draining, name)) {
      return cluster_.client_address(name);
    }
  }
  return "";
}

// options_for() has given it room for one, who signs in now and stays.
transcript::Target::Done ClusterTarget::fill_node(const std::string& name) {
  const NewAccount filler{"filler." + name + "@example.com", "filler01", "Filler"};
  const auto id = create_account(cluster_.rpc_address("auth-1"), filler);
  if (!id) return fail(id.error());
  accounts_[filler.handle] = *id;
  fillers_.push_back(std::make_unique<MsnpClient>(*this, "fixture.filler." + name));
  away_.insert(name);
  return fillers_.back()->sign_in(cluster_.client_address(name), 5, filler.handle, filler.password);
}

// A node drains until presence has acknowledged the end of each of its sessions. To keep it at
// that, one session ends while presence is frozen.
transcript::Target::Done ClusterTarget::begin_drain(const std::string& name) {
  if (auto done = fill_node(name); !done) return done;
  for (const std::string& other : cluster_.names()) {
    if (other.starts_with("presence-")) cluster_.freeze(other);
  }
  if (auto done = drain_node(cluster_.rpc_address(name), 0); !done) return done;
  // That the node goes down, and then it sends its only user away.
  const auto lines = fillers_.back()->until("OUT SSD", kNoticedWithin);
  if (!lines) return fail("a draining node: " + lines.error());
  return Ok{};
}

// Neighbours in the list of accounts are served by different presence instances, when there are
// several: which it is follows from the account's number.
transcript::Target::Done ClusterTarget::make_accounts(const Fixture& fixture) {
  std::vector<NodeId> presence;
  for (const std::string& name : cluster_.names()) {
    if (name.starts_with("presence-")) presence.emplace_back(name);
  }
  for (std::size_t i = 0; i < fixture.accounts.size(); ++i) {
    const NodeId& wanted = presence[i % presence.size()];
    if (auto done = make_account(fixture.accounts[i], wanted, presence); !done) return done;
  }
  return Ok{};
}

transcript::Target::Done ClusterTarget::make_account(const transcript::Account& account,
                                                     const NodeId& wanted,
                                                     const std::vector<NodeId>& presence) {
  const std::string auth = cluster_.rpc_address("auth-1");
  const NewAccount made{account.handle, account.password, decoded(account.name)};
  for (int attempt = 0; attempt < kNumberTries; ++attempt) {
    const auto id = create_account(auth, made);
    if (!id) return fail(id.error());
    accounts_[account.handle] = *id;
    if (rendezvous_pick(*id, presence) == wanted) return Ok{};
    if (auto done = delete_account(auth, account.handle); !done) return done;
    accounts_.erase(account.handle);
  }
  return fail("no account number for " + wanted.value());
}

transcript::Target::Done ClusterTarget::clear() {
  for (const auto& [handle, id] : accounts_) {
    if (auto done = delete_account(cluster_.rpc_address("auth-1"), handle); !done) return done;
  }
  accounts_.clear();
  return Ok{};
}

transcript::Target::Done ClusterTarget::operate(std::string_view words) {
  if (words.starts_with("stop ns:")) {
    const std::string name = "notification-" + std::string(words.substr(8));
    const auto names = cluster_.names();
    if (std::find(names.begin(), names.end(), name) == names.end()) return fail("no " + name);
    cluster_.process(name).signal(SIGTERM);
    away_.insert(name);
    return Ok{};
  }
  std::vector<std::string> argv{LocalCluster::program("monarchctl"), "--auth",
                                cluster_.rpc_address("auth-1"), "--presence",
                                cluster_.rpc_address("presence-1")};
  const auto command = transcript::operator_words(words);
  argv.insert(argv.end(), command.begin(), command.end());
  if (auto done = cluster_.run(argv, "monarchctl"); !done) return done;
  // clear() is not to delete him again.
  if (words.starts_with("account delete ")) accounts_.erase(command.back());
  return Ok{};
}

// What presence keeps in memory is read again where Redis knows nothing of an account.
transcript::Target::Done ClusterTarget::set_serials(const Fixture& fixture) {
  std::vector<std::string> keys;
  for (const transcript::Account& account : fixture.accounts) {
    const std::string id = std::to_string(accounts_.at(account.handle).value());
    cluster_.sql("DELETE FROM roster.change WHERE owner = " + id);
    cluster_.sql("UPDATE roster.principal SET revision = revision + 1, serial = " +
                 std::to_string(account.serial) + " WHERE account = " + id);
    if (!account.verified) {
      cluster_.sql("UPDATE auth.account SET verified = false WHERE id = " + id);
    }
    keys.push_back("monarch:{" + id + "}:online");
  }
  return cluster_.forget_in_redis(keys);
}

void ClusterTarget::end_node(const std::string& name) {
  cluster_.kill(name);
  away_.insert(name);
}

// Until dispatch has noticed that there is nobody whom it could refer to. Its metric says so:
// asking as a client would count as a referral, after which a node may look full for a moment.
transcript::Target::Done ClusterTarget::wait_for_no_referral() {
  return cluster_.wait_for_metric(
      "dispatch-1", "monarch_dispatch_room_count", [](double room) { return room == 0; },
      kNoticedWithin);
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
