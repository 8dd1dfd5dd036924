// Presence: who may see whom, who is online, and who is told. The facade of the core: one request
// in, one reply out, over its ports. Any instance may answer any request; a task may be destroyed
// at any await, the asker then asks another instance. Owned by the composition root (or by a node
// of the simulation), used on one loop.
#pragma once

#include <vector>

#include "presence/core/context.hpp"
#include "presence/core/explain.hpp"

namespace monarch::presence {

class Presence {
 public:
  // The ports must outlive this object, and this object its tasks.
  Presence(RosterStore& store, OnlineIndex& index, Bus& bus, DirectoryStore& directory,
           const Settings& settings)
      : context_(store, index, bus, directory, settings) {}

  Task<model::Reply> handle(model::Request request);

  // The next page of a dead node's sessions; true: there may be more.
  Task<Result<bool, model::Fault>> reap(NodeId node);

  // At most 1000; an empty friendly name is the handle. False: a handle belongs to somebody else.
  Task<Result<bool, model::Fault>> ensure_principals(std::vector<NewPrincipal> principals);
  Task<Told> remove_principal(AccountId account);
  // How many sessions were told to go.
  Task<Result<std::size_t, model::Fault>> kick(AccountId account, model::KickReason reason);

  Task<Result<Reached, model::Fault>> notify(AccountId account, model::Notice notice);
  // For everybody who is signed in at these nodes.
  Task<Result<Reached, model::Fault>> notify_nodes(std::vector<NodeId> nodes, model::Notice notice);

  // Why `viewer` does or does not see `subject`.
  Task<Result<Explanation, model::Fault>> explain(Handle subject, Handle viewer);

  [[nodiscard]] const RosterCache& cache() const { return context_.cache; }

 private:
  Context context_;
};

}  // namespace monarch::presence
