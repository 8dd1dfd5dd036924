// OperatorCalls: what an administrator does to users and their sessions, behind PresenceAdmin:
// kick, alerts, announcements, another status, contacts, pages. Each call that changes something is
// one line in the log, without texts. Owned by AdminService, used on the loop.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/handle.hpp"
#include "base/result.hpp"
#include "base/task.hpp"
#include "cluster/registry.hpp"
#include "monarch/presence/v1/admin.pb.h"
#include "presence/core/ports.hpp"
#include "presence/core/presence.hpp"
#include "rpc/error.hpp"
#include "runtime/metrics.hpp"

namespace monarch::presence {

// What a call says of a dependency that is away.
[[nodiscard]] rpc::Error unavailable(model::Fault fault);

// Whose handle that is: INVALID_ARGUMENT when it can be nobody's, NOT_FOUND when it is.
[[nodiscard]] Task<Result<AccountId, rpc::Error>> account_of(RosterStore& store,
                                                             std::string handle);

class OperatorCalls {
 public:
  struct Doors {
    Presence& presence;
    RosterStore& store;
    const cluster::Registry& registry;
  };
  using Done = Outcome<rpc::Error>;

  OperatorCalls(Doors doors, metrics::Registry& metrics);

  // Request and reply outlive the task.
  Task<Done> kick(const v1::KickRequest& request, v1::KickReply& reply);
  Task<Done> notify(const v1::NotifyRequest& request, v1::NotifyReply& reply);
  Task<Done> announce(const v1::AnnounceRequest& request, v1::AnnounceReply& reply);
  Task<Done> set_status(const v1::SetStatusRequest& request, v1::SetStatusReply& reply);
  Task<Done> change_contact(const v1::ChangeContactRequest& request, v1::ChangeContactReply& reply);
  Task<Done> deliver_page(const v1::DeliverPageRequest& request, v1::DeliverPageReply& reply);

  // The audit: what was asked, about whom, and what came of it.
  void note(std::string_view call, std::string_view who, const Done& done);

 private:
  Task<Result<Reached, rpc::Error>> notify_one(std::string handle, model::Notice notice);
  Task<Result<Reached, rpc::Error>> notify_nodes(std::vector<NodeId> nodes, model::Notice notice);

  Doors doors_;
  metrics::CounterFamily calls_;
};

}  // namespace monarch::presence
