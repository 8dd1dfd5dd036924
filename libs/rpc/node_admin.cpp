#include "rpc/node_admin.hpp"

#include <grpcpp/grpcpp.h>
#include <utility>

#include "monarch/cluster/v1/node_admin.grpc.pb.h"
#include "rpc/finish.hpp"
#include "runtime/log.hpp"

namespace monarch::rpc {

namespace v1 = monarch::cluster::v1;

namespace {

constexpr std::uint32_t kDrainSecondsMax = 24 * 60 * 60;

v1::NodeState state_of(const NodeReport& report) {
  if (report.draining) return v1::NODE_STATE_DRAINING;
  return report.ready ? v1::NODE_STATE_READY : v1::NODE_STATE_STARTING;
}

void fill(v1::GetStateReply& reply, const NodeReport& report) {
  reply.set_node(report.node);
  reply.set_role(report.role);
  reply.set_version(report.version);
  reply.set_state(state_of(report));
  reply.set_load(report.load);
  reply.set_capacity(report.capacity);
  for (const auto& [key, value] : report.details) (*reply.mutable_details())[key] = value;
  reply.set_log_level(std::string(log::to_string(log::level())));
}

}  // namespace

class NodeAdmin::Impl final : public v1::NodeAdmin::CallbackService {
 public:
  Impl(net::Loop& loop, NodeHooks hooks)
      : loop_(loop.handle()), hooks_(std::make_shared<NodeHooks>(std::move(hooks))) {}

  grpc::ServerUnaryReactor* GetState(grpc::CallbackServerContext* context,
                                     const v1::GetStateRequest* /*request*/,
                                     v1::GetStateReply* reply) override {
    return on_loop(context, [reply, hooks = hooks_] { fill(*reply, hooks->report()); });
  }

  grpc::ServerUnaryReactor* Drain(grpc::CallbackServerContext* context,
                                  const v1::DrainRequest* request,
                                  v1::DrainReply* /*reply*/) override {
    if (request->within_seconds() > kDrainSecondsMax) {
      auto* reactor = context->DefaultReactor();
      reactor->Finish({grpc::StatusCode::INVALID_ARGUMENT, "a drain may take a day at most"});
      return reactor;
    }
    const std::uint32_t per_second = request->per_second();
    const Duration within = std::chrono::seconds(request->within_seconds());
    return on_loop(context, [=, hooks = hooks_] { hooks->drain(per_second, within); });
  }

  grpc::ServerUnaryReactor* SetLogLevel(grpc::CallbackServerContext* context,
                                        const v1::SetLogLevelRequest* request,
                                        v1::SetLogLevelReply* reply) override {
    auto* reactor = context->DefaultReactor();
    const auto level = log::parse_level(request->level());
    if (!level || *level == log::Level::kOff) {
      reactor->Finish(
          {grpc::StatusCode::INVALID_ARGUMENT, "a level is one of debug, info, warn, error"});
      return reactor;
    }
    reply->set_previous(std::string(log::to_string(log::level())));
    log::set_level(*level);
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  // gRPC keeps request, reply and context until the reactor finishes.
  grpc::ServerUnaryReactor* on_loop(grpc::CallbackServerContext* context,
                                    std::function<void()> work) {
    auto* reactor = context->DefaultReactor();
    loop_.post([finish = Finish(reactor), work = std::move(work)] {
      work();
      finish.ok();
    });
    return reactor;
  }

  net::LoopHandle loop_;
  std::shared_ptr<NodeHooks> hooks_;
};

NodeAdmin::NodeAdmin(net::Loop& loop, NodeHooks hooks)
    : impl_(std::make_unique<Impl>(loop, std::move(hooks))) {}

NodeAdmin::~NodeAdmin() = default;

grpc::Service* NodeAdmin::service() { return impl_.get(); }

}  // namespace monarch::rpc
