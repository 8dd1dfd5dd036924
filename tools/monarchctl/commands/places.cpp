#include "monarchctl/commands/places.hpp"

#include <utility>

namespace monarch::ctl {

namespace pb = monarch::presence::v1;

Result<NodePlace, Problem> find_node(Cluster& cluster, const std::string& node) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::ListNodesReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->ListNodes(&context, {}, &reply);
  if (!status.ok()) return fail(cluster.presence_problem(status));
  for (const auto& one : reply.nodes()) {
    if (one.id() == node) return NodePlace{one.rpc(), one.role()};
  }
  return fail(Problem{kRefused, "there is no node \"" + node + "\"; monarchctl nodes lists them"});
}

Result<std::optional<SessionPlace>, Problem> find_session(Cluster& cluster,
                                                          const std::string& email) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::ListSessionsRequest request;
  request.set_handle(email);
  grpc::ClientContext context;
  cluster.arm(context);
  const auto reader = (*stub)->ListSessions(&context, request);
  std::optional<SessionPlace> place;
  pb::ListSessionsReply page;
  while (reader->Read(&page)) {
    for (const auto& session : page.sessions()) {
      place = SessionPlace{session.handle(), session.session(), session.node()};
    }
  }
  const auto status = reader->Finish();
  if (!status.ok()) {
    Problem problem = cluster.presence_problem(status);
    if (problem.status == kRefused) problem.text = email + ": " + problem.text;
    return fail(std::move(problem));
  }
  return place;
}

}  // namespace monarch::ctl
