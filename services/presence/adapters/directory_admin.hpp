// What PresenceAdmin does with the member directory, each call a task on the loop that finishes it.
// The requests and replies are gRPC's and stay valid until then.
#pragma once

#include "base/task.hpp"
#include "monarch/presence/v1/admin.pb.h"
#include "presence/core/directory_store.hpp"
#include "presence/core/ports.hpp"
#include "rpc/finish.hpp"

namespace monarch::presence {

struct DirectoryDoors {
  RosterStore& store;
  DirectoryStore& directory;
};

[[nodiscard]] Task<void> get_entry(DirectoryDoors doors,
                                   const v1::GetDirectoryEntryRequest& request,
                                   v1::GetDirectoryEntryReply* reply, rpc::Finish call);
[[nodiscard]] Task<void> set_entry(DirectoryDoors doors,
                                   const v1::SetDirectoryEntryRequest& request,
                                   v1::SetDirectoryEntryReply* reply, rpc::Finish call);
[[nodiscard]] Task<void> remove_entry(DirectoryDoors doors,
                                      const v1::RemoveDirectoryEntryRequest& request,
                                      v1::RemoveDirectoryEntryReply* reply, rpc::Finish call);

}  // namespace monarch::presence
