#include "presence/adapters/admin_service.hpp"

#include <algorithm>
#include <functional>
#include <grpcpp/server_context.h>
#include <grpcpp/support/server_callback.h>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/task.hpp"
#include "monarch/presence/v1/admin.grpc.pb.h"
#include "presence/adapters/directory_admin.hpp"
#include "presence/adapters/explain_call.hpp"
#include "presence/adapters/operator_calls.hpp"
#include "presence/adapters/unavailable.hpp"
#include "rpc/error.hpp"
#include "rpc/finish.hpp"
#include "rpc/stream_guard.hpp"

namespace monarch::presence {
namespace {

namespace pb = monarch::presence::v1;
using rpc::Code;

constexpr int kPrincipalsMax = 1000;
constexpr std::size_t kSessionsPage = 500;

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
  Impl(net::Loop& loop, Doors doors, metrics::Registry& metrics)
      : loop_(loop),
        doors_(doors),
        operator_({doors.presence, doors.store, doors.registry}, metrics) {}

  grpc::ServerUnaryReactor* EnsurePrincipals(grpc::CallbackServerContext* context,
                                             const pb::EnsurePrincipalsRequest* request,
                                             pb::EnsurePrincipalsReply* /*reply*/) override {
    return unary(context, [this, request](rpc::Finish call) { return ensure(*request, call); });
  }

  grpc::ServerUnaryReactor* RemovePrincipal(grpc::CallbackServerContext* context,
                                            const pb::RemovePrincipalRequest* request,
                                            pb::RemovePrincipalReply* /*reply*/) override {
    return unary(context,
                 [this, request](rpc::Finish call) { return remove(request->account(), call); });
  }

  grpc::ServerWriteReactor<pb::ListSessionsReply>* ListSessions(
      grpc::CallbackServerContext* /*context*/, const pb::ListSessionsRequest* request) override {
    auto* stream = new SessionStream(loop_.handle());
    // Dropped on the way (the process ends), the guard answers UNAVAILABLE.
    auto guard = std::make_shared<Guard>(stream);
    loop_.handle().post(
        [this, guard, handle = request->handle()] { tasks_->spawn(list_sessions(handle, guard)); });
    return stream;
  }

  grpc::ServerUnaryReactor* ListNodes(grpc::CallbackServerContext* context,
                                      const pb::ListNodesRequest* /*request*/,
                                      pb::ListNodesReply* reply) override {
    auto* reactor = context->DefaultReactor();
    loop_.handle().post([this, finish = rpc::Finish(reactor), reply] {
      for (const auto& entry : doors_.registry.table()) add(entry, reply->add_nodes());
      finish.ok();
    });
    return reactor;
  }

  grpc::ServerUnaryReactor* Kick(grpc::CallbackServerContext* context,
                                 const pb::KickRequest* request, pb::KickReply* reply) override {
    return act(context, "kick", request, reply, &OperatorCalls::kick);
  }
  grpc::ServerUnaryReactor* Notify(grpc::CallbackServerContext* context,
                                   const pb::NotifyRequest* request,
                                   pb::NotifyReply* reply) override {
    return act(context, "notify", request, reply, &OperatorCalls::notify);
  }
  grpc::ServerUnaryReactor* Announce(grpc::CallbackServerContext* context,
                                     const pb::AnnounceRequest* request,
                                     pb::AnnounceReply* reply) override {
    return act(context, "announce", request, reply, &OperatorCalls::announce);
  }
  grpc::ServerUnaryReactor* SetStatus(grpc::CallbackServerContext* context,
                                      const pb::SetStatusRequest* request,
                                      pb::SetStatusReply* reply) override {
    return act(context, "set_status", request, reply, &OperatorCalls::set_status);
  }
  grpc::ServerUnaryReactor* ChangeContact(grpc::CallbackServerContext* context,
                                          const pb::ChangeContactRequest* request,
                                          pb::ChangeContactReply* reply) override {
    return act(context, "change_contact", request, reply, &OperatorCalls::change_contact);
  }
  grpc::ServerUnaryReactor* DeliverPage(grpc::CallbackServerContext* context,
                                        const pb::DeliverPageRequest* request,
                                        pb::DeliverPageReply* reply) override {
    return act(context, "deliver_page", request, reply, &OperatorCalls::deliver_page);
  }

  grpc::ServerUnaryReactor* GetDirectoryEntry(grpc::CallbackServerContext* context,
                                              const pb::GetDirectoryEntryRequest* request,
                                              pb::GetDirectoryEntryReply* reply) override {
    return unary(context, [this, request, reply](rpc::Finish call) {
      return get_entry(directory_doors(), *request, reply, call);
    });
  }

  grpc::ServerUnaryReactor* SetDirectoryEntry(grpc::CallbackServerContext* context,
                                              const pb::SetDirectoryEntryRequest* request,
                                              pb::SetDirectoryEntryReply* reply) override {
    return unary(context, [this, request, reply](rpc::Finish call) {
      return set_entry(directory_doors(), *request, reply, call);
    });
  }

  grpc::ServerUnaryReactor* RemoveDirectoryEntry(grpc::CallbackServerContext* context,
                                                 const pb::RemoveDirectoryEntryRequest* request,
                                                 pb::RemoveDirectoryEntryReply* reply) override {
    return unary(context, [this, request, reply](rpc::Finish call) {
      return remove_entry(directory_doors(), *request, reply, call);
    });
  }

  grpc::ServerUnaryReactor* Explain(grpc::CallbackServerContext* context,
                                    const pb::ExplainRequest* request,
                                    pb::ExplainReply* reply) override {
    return unary(context, [this, request, reply](rpc::Finish call) {
      return explain_sight(doors_.presence, *request, reply, call);
    });
  }

  void stop() { tasks_.reset(); }

 private:
  // Whom a call is about, for the log.
  static std::string about(const pb::KickRequest& request) {
    return request.who_case() == pb::KickRequest::kAccount
               ? "account " + std::to_string(request.account())
               : request.handle();
  }
  static std::string about(const pb::NotifyRequest& request) {
    return request.everyone() ? "everyone" : request.handle();
  }
  static std::string about(const pb::AnnounceRequest& request) {
    return request.node().empty() ? "everyone" : request.node();
  }
  template <class Request>
  static std::string about(const Request& request) {
    return request.handle();
  }

  template <class Request, class Reply>
  using Action = Task<OperatorCalls::Done> (OperatorCalls::*)(const Request&, Reply&);

  template <class Request, class Reply>
  grpc::ServerUnaryReactor* act(grpc::CallbackServerContext* context, const char* name,
                                const Request* request, Reply* reply,
                                Action<Request, Reply> action) {
    return unary(context, [this, name, request, reply, action](rpc::Finish call) {
      return finish_with(name, about(*request), (operator_.*action)(*request, *reply), call);
    });
  }
  Task<void> finish_with(const char* name, std::string who, Task<OperatorCalls::Done> acting,
                         rpc::Finish call) {
    const OperatorCalls::Done done = co_await acting;
    operator_.note(name, who, done);
    if (done) {
      call.ok();
    } else {
      call.error(done.error());
    }
  }

  using Guard = rpc::StreamGuard<SessionStream>;
  using GuardPtr = std::shared_ptr<Guard>;
  using Listed = Outcome<rpc::Error>;

  // The task runs on the loop and finishes the call; so does its destruction.
  template <class MakeTask>
  grpc::ServerUnaryReactor* unary(grpc::CallbackServerContext* context, MakeTask make) {
    auto* reactor = context->DefaultReactor();
    loop_.handle().post(
        [this, finish = rpc::Finish(reactor), make] { tasks_->spawn(make(finish)); });
    return reactor;
  }

  // The request stays valid until the reactor has finished.
  Task<void> ensure(const pb::EnsurePrincipalsRequest& request, rpc::Finish call) {
    if (request.principals_size() > kPrincipalsMax) {
      call.error({Code::kInvalidArgument, "at most 1000 principals"});
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
      call.error(unavailable(ensured.error()));
    } else if (!*ensured) {
      call.error({Code::kAlreadyExists, "a handle belongs to another account"});
    } else {
      call.ok();
    }
  }

  Task<void> remove(std::uint64_t account, rpc::Finish call) {
    auto removing = doors_.presence.remove_principal(AccountId(account));
    const auto removed = co_await removing;
    if (removed.ok()) {
      call.ok();
    } else {
      call.error(unavailable(removed.error()));
    }
  }

  Task<void> list_sessions(std::string handle, GuardPtr guard) {
    auto listing = handle.empty() ? list_all(guard->get())
                                  : list_one(Handle::trusted(std::move(handle)), guard->get());
    const auto listed = co_await listing;
    if (listed) {
      guard->ok();
    } else {
      guard->error(listed.error());
    }
  }

  Task<Listed> list_one(Handle handle, SessionStream* stream) {
    auto finding = doors_.store.find(handle);
    const auto found = co_await finding;
    if (!found.ok()) co_return fail(unavailable(model::Fault::kRosterUnavailable));
    if (!found->has_value()) co_return fail(rpc::Error{Code::kNotFound, "no such account"});
    std::vector<AccountId> accounts{**found};
    auto listing = list_accounts(std::move(accounts), NodeId(), stream);
    co_return co_await listing;
  }

  // Node by node, as the registry names them; dead ones hold sessions until they are reaped.
  Task<Listed> list_all(SessionStream* stream) {
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
        if (!page.ok()) co_return fail(unavailable(model::Fault::kIndexUnavailable));
        more = page->more;
        if (page->sessions.empty()) break;
        after = page->sessions.back().account;
        std::vector<AccountId> accounts;
        for (const auto& session : page->sessions) accounts.push_back(session.account);
        auto listing = list_accounts(std::move(accounts), node, stream);
        auto listed = co_await listing;
        if (!listed) co_return listed;
      }
    }
    co_return Ok{};
  }

  // Those that are online, at `node` unless it is empty: a node's list may name some that are gone.
  Task<Listed> list_accounts(std::vector<AccountId> accounts, NodeId node, SessionStream* stream) {
    accounts.erase(std::unique(accounts.begin(), accounts.end()), accounts.end());
    std::vector<IndexCommand> commands;
    for (const auto account : accounts) commands.emplace_back(GetCommand{account});
    auto running = doors_.index.run(commands);
    const auto replies = co_await running;
    if (!replies.ok()) co_return fail(unavailable(model::Fault::kIndexUnavailable));
    pb::ListSessionsReply reply;
    for (const auto& found : *replies) {
      if (!found.record.online()) continue;
      if (!node.value().empty() && found.record.node != node) continue;
      fill(found.record, reply.add_sessions());
    }
    if (reply.sessions().empty()) co_return Ok{};
    auto writing = stream->write(std::move(reply));
    const bool written = co_await writing;
    if (!written) co_return fail(rpc::Error{Code::kCancelled, ""});
    co_return Ok{};
  }

  DirectoryDoors directory_doors() { return {doors_.store, doors_.directory}; }

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
  OperatorCalls operator_;
  std::optional<TaskScope> tasks_{std::in_place};
};

AdminService::AdminService(net::Loop& loop, Doors doors, metrics::Registry& metrics)
    : impl_(std::make_unique<Impl>(loop, doors, metrics)) {}
AdminService::~AdminService() = default;

grpc::Service* AdminService::service() { return impl_.get(); }

void AdminService::stop() { impl_->stop(); }

}  // namespace monarch::presence
