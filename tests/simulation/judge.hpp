// The plain model of docs/protocol/presence-and-privacy.md: what everybody must see once all is
// quiet. The only place where a rule of the services is written a second time. Reads the rosters as
// they are stored and the clients as they are connected; nothing in between. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "client.hpp"
#include "testing/world/pure_cluster.hpp"

namespace monarch::simulation {

struct Person {
  Identity who;
  AccountId account;
};

class Judge {
 public:
  Judge(world::PureCluster& cluster, const std::vector<Person>& people);

  // What is wrong, as a sentence; empty when everything is as it must be.
  [[nodiscard]] std::string verdict(const std::vector<const Client*>& clients);
  // As of the last verdict: whether he gets through.
  [[nodiscard]] bool may_call(const Client& caller, AccountId callee) const;

 private:
  using Clients = std::vector<const Client*>;

  [[nodiscard]] std::string rosters() const;
  [[nodiscard]] std::string pair(AccountId a, AccountId b) const;
  [[nodiscard]] std::string journal(AccountId account) const;
  [[nodiscard]] std::string sessions(const Clients& clients);
  [[nodiscard]] std::string presence(const Client& client) const;
  [[nodiscard]] std::string lists(const Client& client) const;
  [[nodiscard]] std::string settings(const Client& client, AccountId owner) const;
  [[nodiscard]] std::string entries(const Client& client, AccountId owner,
                                    const Person& person) const;
  [[nodiscard]] std::string groups(const Client& client, AccountId owner) const;
  [[nodiscard]] std::string events(const Client& client) const;
  [[nodiscard]] bool may_see(AccountId viewer, AccountId owner) const;
  [[nodiscard]] Client::Shown shows(AccountId viewer, AccountId owner) const;
  [[nodiscard]] const presence::Entry& row(AccountId owner, AccountId other) const;

  world::PureCluster& cluster_;
  const std::vector<Person>& people_;
  std::map<std::string, AccountId> ids_;
  std::map<AccountId, presence::RosterData> rosters_;
  std::map<AccountId, const Client*> live_;
};

}  // namespace monarch::simulation
