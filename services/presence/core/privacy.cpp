#include "presence/core/privacy.hpp"

namespace monarch::presence {

Effective effective(bool in_block, bool in_allow, bool allow_by_default,
                    PresenceWithoutAllow without_allow) {
  if (in_block) return {};
  if (in_allow) return {true, true, true};
  if (!allow_by_default) return {};
  return {without_allow == PresenceWithoutAllow::kFollowBlp, true, false};
}

bool other_sees_owner(const Entry& entry, bool allow_by_default,
                      PresenceWithoutAllow without_allow) {
  return entry.in_forward &&
         effective(entry.block, entry.allow, allow_by_default, without_allow).presence;
}

bool owner_sees_other(const Entry& entry, bool allow_by_default,
                      PresenceWithoutAllow without_allow) {
  return entry.forward &&
         effective(entry.in_block, entry.in_allow, allow_by_default, without_allow).presence;
}

model::ContactState state_of(const OnlineRecord& record, const Handle& handle, bool may_see) {
  model::ContactState state;
  state.account = record.account;
  state.handle = handle;
  state.version = record.version;
  if (may_see) state.status = record.shown();
  if (state.status != model::Status::kOffline) state.name = record.profile.name;
  return state;
}

}  // namespace monarch::presence
