#include "presence/core/presence.hpp"

#include <utility>

#include "presence/core/operations.hpp"

namespace monarch::presence {
namespace {

using model::Reply;

// The rule of a change with all that it needs, to be called by the store.
template <class Change>
Decide decide_on(const Context& context, Change change) {
  return [rules = context.settings.rules, change = std::move(change)](const PairView& view) {
    return decide(rules, view, change);
  };
}

struct Dispatch {
  Context& context;

  Task<Reply> operator()(model::OpenSession& request) const {
    return open_session(context, std::move(request));
  }
  Task<Reply> operator()(model::CloseSession& request) const {
    return close_session(context, std::move(request));
  }
  Task<Reply> operator()(model::Synchronize& request) const {
    return synchronize(context, std::move(request));
  }
  Task<Reply> operator()(model::ChangeStatus& request) const {
    return change_status(context, std::move(request));
  }
  Task<Reply> operator()(model::ReadJournal& request) const {
    return read_journal(context, std::move(request));
  }
  Task<Reply> operator()(model::Compare& request) const {
    return compare(context, std::move(request));
  }
  Task<Reply> operator()(model::ListNodeSessions& request) const {
    return list_node_sessions(context, std::move(request));
  }
  Task<Reply> operator()(model::Invite& request) const {
    return invite(context, std::move(request));
  }
  Task<Reply> operator()(model::AddContact& request) const { return between(request); }
  Task<Reply> operator()(model::RemoveContact& request) const { return between(request); }
  Task<Reply> operator()(model::Rename& request) const { return between(request); }
  Task<Reply> operator()(model::SetProperty& request) const { return alone(request); }
  Task<Reply> operator()(model::SetPrompting& request) const { return alone(request); }
  Task<Reply> operator()(model::SetDefaultPrivacy& request) const { return alone(request); }
  Task<Reply> operator()(model::AddGroup& request) const { return alone(request); }
  Task<Reply> operator()(model::RenameGroup& request) const { return alone(request); }
  Task<Reply> operator()(model::RemoveGroup& request) const {
    return alone(request, request.group);
  }
  Task<Reply> operator()(model::SearchDirectory& request) const {
    return search_directory(context, std::move(request));
  }
  Task<Reply> operator()(model::FindPager& request) const {
    return find_pager(context, std::move(request));
  }

 private:
  template <class Change>
  Task<Reply> between(Change& request) const {
    const model::Attempt attempt = request.attempt;
    std::string other = request.handle;
    return change_roster(context, attempt, std::move(other),
                         decide_on(context, std::move(request)));
  }
  template <class Change>
  Task<Reply> alone(Change& request, std::optional<model::GroupId> group = std::nullopt) const {
    const model::Attempt attempt = request.attempt;
    return change_roster(context, attempt, std::string(), decide_on(context, std::move(request)),
                         group);
  }
};

}  // namespace

Task<Reply> Presence::handle(model::Request request) {
  return std::visit(Dispatch{context_}, request);
}

Task<Result<bool, model::Fault>> Presence::reap(NodeId node) {
  return presence::reap(context_, std::move(node));
}

Task<Result<bool, model::Fault>> Presence::ensure_principals(std::vector<NewPrincipal> principals) {
  return presence::ensure_principals(context_, std::move(principals));
}

Task<Told> Presence::remove_principal(AccountId account) {
  return presence::remove_principal(context_, account);
}

Task<Result<std::size_t, model::Fault>> Presence::kick(AccountId account,
                                                       model::KickReason reason) {
  return presence::kick(context_, account, reason);
}

Task<Result<Reached, model::Fault>> Presence::notify(AccountId account, model::Notice notice) {
  return presence::notify(context_, account, std::move(notice));
}

Task<Result<Reached, model::Fault>> Presence::notify_nodes(std::vector<NodeId> nodes,
                                                           model::Notice notice) {
  return presence::notify_nodes(context_, std::move(nodes), std::move(notice));
}

Task<Result<Explanation, model::Fault>> Presence::explain(Handle subject, Handle viewer) {
  return presence::explain(context_, std::move(subject), std::move(viewer));
}

}  // namespace monarch::presence
