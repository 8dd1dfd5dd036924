// PureCluster: accounts, and what an administrator does to those who are signed in.
#include <utility>

#include "auth/core/testing/run.hpp"
#include "base/assert.hpp"
#include "testing/world/processes.hpp"

namespace monarch::world {

AccountId PureCluster::create_account(const std::string& handle, std::string_view password,
                                      const std::string& friendly_name) {
  auto ids = auth::testing::run(accounts_.reserve_ids(1));
  MONARCH_ASSERT(ids.ok());
  const AccountId id = ids->front();
  std::vector<auth::NewAccount> rows(1);
  rows.front().id = id;
  rows.front().handle = Handle::trusted(handle);
  rows.front().password = vault_.seal(id, auth::Secret(password));
  const auto added = auth::testing::run(accounts_.add_pending(rows, auth::ImportId()));
  const auto active = auth::testing::run(accounts_.activate({id}));
  MONARCH_ASSERT(added.ok() && active.ok());
  presence::Presence presence(store_, index_, bus_, options_.presence);
  std::vector<presence::NewPrincipal> principals{{id, Handle::trusted(handle), friendly_name}};
  const auto ensured = steps_.await(presence.ensure_principals(principals));
  MONARCH_ASSERT(ensured.ok() && *ensured);
  return id;
}

void PureCluster::set_verified(const std::string& handle, bool verified) {
  accounts_.set_verified(Handle::trusted(handle), verified);
}

std::optional<AccountId> PureCluster::account_of(const std::string& handle) {
  const auto found = auth::testing::run(accounts_.find(Handle::trusted(handle)));
  if (!found.ok() || !found->has_value()) return std::nullopt;
  return (*found)->id;
}

bool PureCluster::delete_account(const std::string& handle) {
  const auto id = account_of(handle);
  if (!id) return false;
  const auto marked = auth::testing::run(accounts_.mark_deleting(*id));
  presence::Presence presence(store_, index_, bus_, options_.presence);
  const auto removed = steps_.await(presence.remove_principal(*id));
  const auto gone = auth::testing::run(accounts_.remove(*id));
  settle();
  return marked.ok() && removed.ok() && gone.ok();
}

bool PureCluster::kick(const std::string& handle) {
  const auto id = account_of(handle);
  if (!id) return false;
  presence::Presence presence(store_, index_, bus_, options_.presence);
  const auto kicked = steps_.await(presence.kick(*id, model::KickReason::kAdministrator));
  settle();
  return kicked.ok();
}

bool PureCluster::suspend_account(const std::string& handle) {
  const auto id = account_of(handle);
  if (!id) return false;
  const auto set = auth::testing::run(accounts_.set_suspended(*id, true));
  return set.ok() && *set && kick(handle);
}

bool PureCluster::resume_account(const std::string& handle) {
  const auto id = account_of(handle);
  if (!id) return false;
  const auto set = auth::testing::run(accounts_.set_suspended(*id, false));
  return set.ok() && *set;
}

bool PureCluster::set_consent(const std::string& handle, bool given) {
  const auto id = account_of(handle);
  if (!id) return false;
  const auto set = auth::testing::run(accounts_.set_consent(*id, given));
  return set.ok() && *set && (given || kick(handle));
}

std::optional<presence::Reached> PureCluster::notify(const std::string& handle,
                                                     model::Notice notice) {
  const auto id = account_of(handle);
  if (!id) return std::nullopt;
  presence::Presence presence(store_, index_, bus_, options_.presence);
  const auto reached = steps_.await(presence.notify(*id, std::move(notice)));
  settle();
  return reached.ok() ? std::optional(*reached) : std::nullopt;
}

std::optional<presence::Reached> PureCluster::notify_nodes(const std::vector<NodeId>& nodes,
                                                           model::Notice notice) {
  presence::Presence presence(store_, index_, bus_, options_.presence);
  const auto reached = steps_.await(presence.notify_nodes(nodes, std::move(notice)));
  settle();
  return reached.ok() ? std::optional(*reached) : std::nullopt;
}

std::vector<NodeId> PureCluster::live_nodes() const {
  std::vector<NodeId> nodes;
  for (std::size_t i = 0; i < nodes_.size(); ++i) {
    if (node_alive(i)) nodes.push_back(nodes_[i]->settings.node);
  }
  return nodes;
}

}  // namespace monarch::world
