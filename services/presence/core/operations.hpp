// The operations of presence, each a coroutine over the ports that may be destroyed at any await
// and repeated by another instance. presence.hpp chooses among them.
#pragma once

#include <vector>

#include "presence/core/context.hpp"

namespace monarch::presence {

// online.cpp
Task<model::Reply> open_session(Context& context, model::OpenSession request);
Task<model::Reply> close_session(Context& context, model::CloseSession request);
Task<model::Reply> change_status(Context& context, model::ChangeStatus request);
Task<model::Reply> list_node_sessions(Context& context, model::ListNodeSessions request);

// A session that was closed and whose watchers have been told.
struct EndedSession {
  NodeId node;
  AccountId account;
  SessionId session;
};
// Takes such sessions off their nodes' lists, in one round trip. One that a late resume has opened
// anew meanwhile is ended once more: being open and on no list, nobody would ever reap it.
Task<Told> forget(Context& context, std::vector<EndedSession> ended);
// Tells the watchers how the account is seen now, after a session of it has ended. Nobody is left
// to be told about a principal that is gone.
Task<Told> announce_end(Context& context, AccountId account);

// dump.cpp
Task<model::Reply> synchronize(Context& context, model::Synchronize request);
Task<model::Reply> read_journal(Context& context, model::ReadJournal request);

// changes.cpp: one transaction, one round trip to the index, one publish. `other` is the handle of
// whom the change concerns, or empty. An attempt of session 0 is an administrator's: see
// model::Attempt.
Task<model::Reply> change_roster(Context& context, model::Attempt attempt, std::string other,
                                 Decide decide);

// compare.cpp
Task<model::Reply> compare(Context& context, model::Compare request);

// invite.cpp: permission, place and the RNG of a CAL.
Task<model::Reply> invite(Context& context, model::Invite request);

// reaper.cpp: what the sessions of a dead node leave behind (ARCHITECTURE.md#rule-7). Takes the
// next page; says whether there may be more. Several instances may do it at once, and go on where
// one died.
Task<Result<bool, model::Fault>> reap(Context& context, NodeId node);

// accounts.cpp
Task<Result<bool, model::Fault>> ensure_principals(Context& context,
                                                   std::vector<NewPrincipal> principals);
Task<Told> remove_principal(Context& context, AccountId account);
// How many sessions it was for: 0 when nobody is signed in.
Task<Result<std::size_t, model::Fault>> kick(Context& context, AccountId account,
                                             model::KickReason reason);

// notices.cpp: what comes from outside the clients.
Task<Result<Reached, model::Fault>> notify(Context& context, AccountId account,
                                           model::Notice notice);
// For everybody who is signed in at these nodes.
Task<Result<Reached, model::Fault>> notify_nodes(Context& context, std::vector<NodeId> nodes,
                                                 model::Notice notice);

}  // namespace monarch::presence
