// What PresenceAdmin/Explain does: a task on the loop that finishes the call. Request and reply are
// gRPC's and stay valid until then.
#pragma once

#include "base/task.hpp"
#include "monarch/presence/v1/admin.pb.h"
#include "presence/core/presence.hpp"
#include "rpc/finish.hpp"

namespace monarch::presence {

[[nodiscard]] Task<void> explain_sight(Presence& presence, const v1::ExplainRequest& request,
                                       v1::ExplainReply* reply, rpc::Finish call);

}  // namespace monarch::presence
