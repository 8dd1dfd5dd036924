#include <array>
#include <cstdio>
#include <utility>

#include "monarchctl/commands.hpp"
#include "monarchctl/commands/sessions.hpp"
#include "msnp/url_coding.hpp"

namespace monarch::ctl {

namespace pb = monarch::presence::v1;

namespace {

// As scripts read it: numbers of 64 bits do not survive every JSON reader.
std::string hex(std::uint64_t number) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(number));
  return text.data();
}

}  // namespace

const char* word_of(pb::Status status) {
  switch (status) {
    case pb::STATUS_OFFLINE:
      return "signed-in";  // and no status chosen yet
    case pb::STATUS_ONLINE:
      return "online";
    case pb::STATUS_BUSY:
      return "busy";
    case pb::STATUS_IDLE:
      return "idle";
    case pb::STATUS_BE_RIGHT_BACK:
      return "be-right-back";
    case pb::STATUS_AWAY:
      return "away";
    case pb::STATUS_PHONE:
      return "phone";
    case pb::STATUS_LUNCH:
      return "lunch";
    case pb::STATUS_HIDDEN:
      return "hidden";
    default:
      return "unknown";
  }
}

Answer list_nodes(Cluster& cluster) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::ListNodesReply reply;
  grpc::ClientContext context;
  cluster.arm(context);
  const auto status = (*stub)->ListNodes(&context, {}, &reply);
  if (!status.ok()) return fail(cluster.presence_problem(status));
  auto nodes = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows{
      {"NODE", "ROLE", "STATE", "CLIENTS AT", "RPC AT", "LOAD", "CAPACITY"}};
  for (const auto& node : reply.nodes()) {
    nodes.push_back({{"id", node.id()},
                     {"role", node.role()},
                     {"state", node.state()},
                     {"advertised", node.advertised()},
                     {"rpc", node.rpc()},
                     {"load", node.load()},
                     {"capacity", node.capacity()},
                     {"incarnation", hex(node.incarnation())},
                     {"beat", node.beat()}});
    rows.push_back({node.id(), node.role(), node.state(),
                    node.advertised().empty() ? "-" : node.advertised(),
                    node.rpc().empty() ? "-" : node.rpc(), std::to_string(node.load()),
                    std::to_string(node.capacity())});
  }
  return Output{{{"nodes", std::move(nodes)}},
                rows.size() > 1 ? table(rows) : "no nodes in the registry\n"};
}

Answer list_sessions(Cluster& cluster, const std::string& email) {
  auto stub = cluster.presence();
  if (!stub) return fail(stub.error());
  pb::ListSessionsRequest request;
  request.set_handle(email);
  grpc::ClientContext context;
  Cluster::arm_bulk(context);
  const auto reader = (*stub)->ListSessions(&context, request);
  auto sessions = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows{{"EMAIL", "NAME", "STATUS", "NODE", "DIALECT"}};
  pb::ListSessionsReply page;
  while (reader->Read(&page)) {
    for (const auto& session : page.sessions()) {
      const std::string name = msnp::decode_name(session.name());
      const std::string dialect = "MSNP" + std::to_string(session.dialect());
      sessions.push_back({{"email", session.handle()},
                          {"name", name},
                          {"status", word_of(session.status())},
                          {"node", session.node()},
                          {"dialect", dialect},
                          {"session", hex(session.session())}});
      rows.push_back({session.handle(), name, word_of(session.status()), session.node(), dialect});
    }
  }
  const auto status = reader->Finish();
  if (!status.ok()) {
    Problem problem = cluster.presence_problem(status);
    if (problem.status == kRefused && !email.empty()) problem.text = email + ": " + problem.text;
    return fail(std::move(problem));
  }
  // Not being signed in is an answer about one account, and no failure.
  const std::string none = email.empty() ? "nobody is signed in\n" : email + " is not signed in\n";
  return Output{{{"sessions", std::move(sessions)}}, rows.size() > 1 ? table(rows) : none};
}

}  // namespace monarch::ctl
