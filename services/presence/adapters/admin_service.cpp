#include "presence/adapters/admin_service.hpp"

#include <algorithm>
#include <functional>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <string>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "monarch/presence/v1/admin.grpc.pb.h"
#include "rpc/error.hpp"
#include "rpc/pending_reply.hpp"

namespace monarch::presence {
namespace {

namespace pb = monarch::presence::v1;
using rpc::Code;

constexpr int kPrincipalsMax = 1000;
constexpr std::size_t kSessionsPage = 500;

grpc::Status unavailable(model::Fault fault) {
  const char* text =
      fault == model::Fault::kIndexUnavailable
          ? "Redis is away: is it running, and is --redis of presence right?"
          : "PostgreSQL is away: is it running, and is --postgres of presence right?";
  return rpc::to_status({Code::kUnavailable, text});
}

void fill(const OnlineRecord& record, pb::ListSessionsReply::Session* session) {
  session->set_handle(record.handle.value());
  session->set_name(record.profile.name);
  session->set_node(record.node.value());
  session->set_status(static_cast<pb::Status>(record.status.value_or(model::Status::kOffline)));
  session->set_dialect(record.dialect);
  session->set_session(record.session.value());
}

const char* state_name(const cluster::Liveness::Entry& entry) {
  if (entry.health == cluster::NodeHealth::kDead) return "dead";
  if (entry.health == cluster::NodeHealth::kMissing) return "missing";
  return entry.record.state == cluster::NodeState::kReady ? "ready" : "draining";
}

// A server stream whose replies a task on the loop produces one by one. gRPC deletes it by OnDone.
class SessionStream final : public grpc::ServerWriteReactor<pb::ListSessionsReply> {
 public:
  explicit SessionStream(net::LoopHandle loop) : loop_(std::move(loop)) {}

  // On the loop; the answer is false when the client has gone.
  Eventual<bool> write(pb::ListSessionsReply reply) {
    reply_ = std::move(reply);
    written_ = Eventual<bool>();
    StartWrite(&reply_);
    return written_;
  }

  void OnWriteDone(bool ok) override {
    loop_.post([written = written_, ok] { written.set(ok); });
  }
  void OnDone() override { delete this; }

 private:
  net::LoopHandle loop_;
  pb::ListSessionsReply reply_;
  Eventual<bool> written_;
};

}  // namespace

class AdminService::Impl final : public pb::PresenceAdmin::CallbackService {
 public:
  Impl(net::Loop& loop, Doors doors) : loop_(loop), doors_(doors) {}

  grpc::ServerUnaryReactor* EnsurePrincipals(grpc::CallbackServerContext* context,
                                             const pb::EnsurePrincipalsRequest* request,
                                             pb::EnsurePrincipalsReply* /*reply*/) override {
    return unary(context,
                 [this, request](Pending call) { return ensure(*request, std::move(call)); });
  }

  grpc::ServerUnaryReactor* RemovePrincipal(grpc::CallbackServerContext* context,
                                            const pb::RemovePrincipalRequest* request,
                                            pb::RemovePrincipalReply* /*reply*/) override {
    return unary(context, [this, request](Pending call) {
      return remove(request->account(), std::move(call));
    });
  }

  grpc::ServerWriteReactor<pb::ListSessionsReply>* ListSessions(
      grpc::CallbackServerContext* /*context*/, const pb::ListSessionsRequest* request) override {
    auto* stream = new SessionStream(loop_.handle());
    const bool posted = loop_.handle().post([this, stream, handle = request->handle()] {
      tasks_.spawn(list_sessions(handle, stream));
    });
    if (!posted) stream->Finish(grpc::Status(grpc::StatusCode::UNAVAILABLE, "shutting down"));
    return stream;
  }

  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const pb::ListNodesRequest* /*request*/,
                                      pb::ListNodesReply* reply) override {
    auto* reactor = context->DefaultReactor();
    auto pending = std::make_shared<rpc::PendingReply>(reactor);
    loop_.handle().post([this, pending, reply] {
      for (const auto& entry : doors_.registry.table()) add(entry, reply->add_nodes());
      pending->finish(grpc::Status::OK);
    });
    return reactor;
  }

 private:
  using Pending = std::shared_ptr<rpc::PendingReply>;

  // The task runs on the loop and finishes the call; so does its destruction.
  template <class MakeTask>
  grpc::ServerUnaryReactor* unary(grpc::CallbackServerContext* context, MakeTask make) {
    auto* reactor = context->DefaultReactor();
    auto pending = std::make_shared<rpc::PendingReply>(reactor);
    loop_.handle().post([this, pending, make] { tasks_.spawn(make(pending)); });
    return reactor;
  }

  // The request stays valid until the reactor has finished.
  Task<void> ensure(const pb::EnsurePrincipalsRequest& request, Pending call) {
    if (request.principals_size() > kPrincipalsMax) {
      call->finish(rpc::to_status({Code::kInvalidArgument, "at most 1000 principals"}));
      co_return;
    }
    std::vector<NewPrincipal> principals;
    for (const auto& principal : request.principals()) {
      principals.push_back({AccountId(principal.account()), Handle::trusted(principal.handle()),
                            principal.friendly_name()});
    }
    auto ensuring = doors_.presence.ensure_principals(std::move(principals));
    const auto ensured = co_await ensuring;
    if (!ensured.ok()) {
      call->finish(unavailable(ensured.error()));
    } else if (!*ensured) {
      call->finish(rpc::to_status({Code::kAlreadyExists, "a handle belongs to another account"}));
    } else {
      call->finish(grpc::Status::OK);
    }
  }

  Task<void> remove(std::uint64_t account, Pending call) {
    auto removing = doors_.presence.remove_principal(AccountId(account));
    const auto removed = co_await removing;
    call->finish(removed.ok() ? grpc::Status::OK : unavailable(removed.error()));
  }

  Task<void> list_sessions(std::string handle, SessionStream* stream) {
    grpc::Status status;
    if (!handle.empty()) {
      auto listing = list_one(Handle::trusted(std::move(handle)), stream);
      status = co_await listing;
    } else {
      auto listing = list_all(stream);
      status = co_await listing;
    }
    stream->Finish(status);
  }

  Task<grpc::Status> list_one(Handle handle, SessionStream* stream) {
    auto finding = doors_.store.find(handle);
    const auto found = co_await finding;
    if (!found.ok()) co_return unavailable(model::Fault::kRosterUnavailable);
    if (!found->has_value()) co_return rpc::to_status({Code::kNotFound, "no such account"});
    std::vector<AccountId> accounts{**found};
    auto listing = list_accounts(std::move(accounts), NodeId(), stream);
    co_return co_await listing;
  }

  // Node by node, as the registry names them; dead ones hold sessions until they are reaped.
  Task<grpc::Status> list_all(SessionStream* stream) {
    std::vector<NodeId> nodes;
    for (const auto& entry : doors_.registry.table()) {
      if (entry.record.role == "notification") nodes.push_back(entry.record.id);
    }
    std::sort(nodes.begin(), nodes.end());
    for (const auto& node : nodes) {
      AccountId after;
      for (bool more = true; more;) {
        auto reading = doors_.index.node_sessions(node, after, kSessionsPage);
        const auto page = co_await reading;
        if (!page.ok()) co_return unavailable(model::Fault::kIndexUnavailable);
        more = page->more;
        if (page->sessions.empty()) break;
        after = page->sessions.back().account;
        std::vector<AccountId> accounts;
        for (const auto& session : page->sessions) accounts.push_back(session.account);
        auto listing = list_accounts(std::move(accounts), node, stream);
        const auto status = co_await listing;
        if (!status.ok()) co_return status;
      }
    }
    co_return grpc::Status::OK;
  }

  // Those that are online, at `node` unless it is empty: a node's list may name some that are gone.
  Task<grpc::Status> list_accounts(std::vector<AccountId> accounts, NodeId node,
                                   SessionStream* stream) {
    accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
    std::vector<IndexCommand> commands;
    for (const auto account : accounts) commands.emplace_back(GetCommand{account});
    auto running = doors_.index.run(commands);
    const auto replies = co_await running;
    if (!replies.ok()) co_return unavailable(model::Fault::kIndexUnavailable);
    pb::ListSessionsReply reply;
    for (const auto& found : *replies) {
      if (!found.record.online()) continue;
      if (!node.value().empty() && found.record.node != node) continue;
      fill(found.record, reply.add_sessions());
    }
    if (reply.sessions().empty()) co_return grpc::Status::OK;
    auto writing = stream->write(std::move(reply));
    const bool written = co_await writing;
    co_return written ? grpc::Status::OK : grpc::Status(grpc::StatusCode::CANCELLED, "");
  }

  static void add(const cluster::Liveness::Entry& entry, pb::ListNodesReply::Node* node) {
    const auto& record = entry.record;
    node->set_id(record.id.value());
    node->set_incarnation(record.incarnation);
    node->set_role(record.role);
    node->set_advertised(record.advertised);
    node->set_rpc(record.rpc);
    node->set_capacity(record.capacity);
    node->set_load(record.load);
    node->set_state(state_name(entry));
    node->set_beat(record.beat);
  }

  net::Loop& loop_;
  Doors doors_;
  TaskScope tasks_;
};

AdminService::AdminService(net::Loop& loop, Doors doors)
    : impl_(std::make_unique<Impl>(loop, doors)) {}
AdminService::~AdminService() = default;

grpc::Service* AdminService::service() { return impl_.get(); }

}  // namespace monarch::presence
