// CAL: permission, place and the RNG in one operation
// (docs/protocol/presence-and-privacy.md#10-privacy-checks-for-switchboards).
#include <utility>

#include "presence/core/operations.hpp"
#include "presence/core/privacy.hpp"

namespace monarch::presence {
namespace {

using model::Failed;
using model::Fault;
using model::Reply;

constexpr std::uint16_t kNotOnline = 217;

// Whose handle it is. Most people call somebody who is in their own lists, which are in the cache;
// a handle never changes its account.
Task<Result<std::optional<AccountId>, Fault>> find_callee(Context& context, AccountId caller,
                                                          Handle callee) {
  if (const auto roster = context.cache.get(caller)) {
    for (const auto& entry : roster->entries) {
      if (entry.handle == callee) co_return std::optional<AccountId>(entry.other);
    }
  }
  auto finding = context.store.find(callee);
  auto found = co_await finding;
  if (!found.ok()) co_return fail(fault_of(found.error()));
  co_return *found;
}

// The chat column of effective(callee, caller).
bool may_call(const RosterData& callee, AccountId caller, PresenceWithoutAllow without_allow) {
  const Entry* entry = find_entry(callee, caller);
  return effective(entry != nullptr && entry->block, entry != nullptr && entry->allow,
                   callee.principal.allow, without_allow)
      .chat;
}

}  // namespace

Task<Reply> invite(Context& context, model::Invite request) {
  auto finding = find_callee(context, request.caller, Handle::trusted(request.callee));
  auto found = co_await finding;
  if (!found.ok()) co_return Failed{found.error()};
  if (!found->has_value()) co_return model::Refused{kNotOnline};
  const AccountId callee = **found;

  std::vector<IndexCommand> commands;
  commands.emplace_back(GetCommand{callee});
  auto running = run_index(context, std::move(commands));
  auto replies = co_await running;
  if (!replies.ok()) co_return Failed{replies.error()};
  const OnlineRecord record = replies->front().record;
  if (record.shown() == model::Status::kOffline || record.ims_off)
    co_return model::Refused{kNotOnline};

  auto reading = roster_of(context, callee, record.profile.revision);
  auto roster = co_await reading;
  if (!roster.ok()) co_return Failed{roster.error()};
  if (*roster == nullptr ||
      !may_call(**roster, request.caller, context.settings.rules.without_allow)) {
    co_return model::Refused{kNotOnline};
  }
  HintBatch hints;
  hints.ring(record.node,
             {record.session, request.conversation, std::move(request.address),
              std::move(request.ticket), request.caller_handle, std::move(request.caller_name)});
  auto publishing = publish(context, std::move(hints));
  auto published = co_await publishing;
  if (!published.ok()) co_return Failed{published.error()};
  co_return model::Invited{callee, record.session, record.dialect, record.profile.name};
}

}  // namespace monarch::presence
