#include "presence/adapters/stream_service.hpp"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "codec/replies.hpp"
#include "codec/requests.hpp"
#include "monarch/presence/v1/presence.grpc.pb.h"
#include "presence/adapters/trace_log.hpp"
#include "rpc/batch_stream_server.hpp"
#include "runtime/log.hpp"

namespace monarch::presence {
namespace {

namespace pb = monarch::presence::v1;
using Server = rpc::BatchStreamServer<pb::RequestBatch, pb::ReplyBatch>;

// By the alternative of model::Request.
constexpr std::array<const char*, std::variant_size_v<model::Request>> kOperations = {
    "open_session",   "close_session", "synchronize",        "change_status", "add_contact",
    "remove_contact", "rename",        "set_property",       "set_prompting", "set_default_privacy",
    "read_journal",   "compare",       "list_node_sessions", "invite",        "add_group",
    "rename_group",   "remove_group",  "search_directory",   "find_pager"};
// A name that is missing would be a null pointer, which the first such request would follow.
static_assert(kOperations.back() != nullptr);

const char* result_of(const model::Reply& reply) {
  if (std::holds_alternative<model::Refused>(reply)) return "refused";
  const auto* failed = std::get_if<model::Failed>(&reply);
  if (failed == nullptr) return "ok";
  switch (failed->fault) {
    case model::Fault::kRosterUnavailable:
      return "roster_unavailable";
    case model::Fault::kIndexUnavailable:
      return "index_unavailable";
    case model::Fault::kOverloaded:
      return "overloaded";
    case model::Fault::kFenced:
      return "fenced";
    case model::Fault::kNoSession:
      return "no_session";
    case model::Fault::kNoPrincipal:
      return "no_principal";
    case model::Fault::kUnreachable:
      break;
  }
  return "unreachable";
}

}  // namespace

class StreamService::Impl final : public pb::Presence::CallbackService {
 public:
  Impl(net::Loop& loop, metrics::Registry& metrics, std::size_t requests_max, Handle handle)
      : requests_max_(requests_max),
        handle_(std::move(handle)),
        operations_(metrics.counter_family("requests_total", "Requests by operation", "operation")),
        results_(metrics.counter_family("replies_total", "Replies by result", "result")),
        seconds_(metrics.histogram("request_seconds", "From a request to its reply",
                                   metrics::seconds_buckets())),
        server_(loop, {},
                {[](const Server::PeerPtr& peer) {
                   log::info("node_attached", {{"peer", peer->node_id()}});
                 },
                 [this](const Server::PeerPtr& peer, pb::RequestBatch&& batch) {
                   receive(peer, batch);
                 },
                 [](const Server::PeerPtr& peer) {
                   log::info("node_detached", {{"peer", peer->node_id()}});
                 }}) {
    // There from the start, so that its first rise is one.
    (void)results_.with("overloaded");
  }

  grpc::ServerBidiReactor<pb::RequestBatch, pb::ReplyBatch>* Attach(
      grpc::CallbackServerContext* context) override {
    return server_.accept(context);
  }

  void shut_down() { server_.shut_down(); }
  [[nodiscard]] std::size_t running() const { return tasks_.running(); }

 private:
  void receive(const Server::PeerPtr& peer, const pb::RequestBatch& batch) {
    const auto now = codec::Moment::now();
    for (const auto& message : batch.requests()) {
      auto request = codec::decode(message, now);
      if (!request) {
        // A newer node asks for what we do not know: it is to ask another instance.
        reply(peer, message.id(), model::Failed{model::Fault::kOverloaded});
      } else if (tasks_.running() >= requests_max_) {
        reply(peer, message.id(), model::Failed{model::Fault::kOverloaded});
      } else {
        operations_.with(kOperations.at(request->index())).add();
        tasks_.spawn(serve(peer, message.id(), std::move(*request)));
      }
    }
  }

  Task<void> serve(Server::PeerPtr peer, std::uint64_t id, model::Request request) {
    const auto begun = std::chrono::steady_clock::now();
    const auto trace = trace_of(request);
    const model::Reply answer = co_await handle_(std::move(request));
    const auto took = std::chrono::steady_clock::now() - begun;
    seconds_.observe(took);
    if (trace) traces_.answered(*trace, result_of(answer), took);
    reply(peer, id, answer);
  }

  void reply(const Server::PeerPtr& peer, std::uint64_t id, const model::Reply& answer) {
    results_.with(result_of(answer)).add();
    pb::Reply message;
    message.set_id(id);
    codec::encode(answer, &message);
    // A stream that is gone or full: the node asks again elsewhere.
    if (!peer->send(std::move(message))) {
      log::debug("reply_not_sent", {{"peer", peer->node_id()}});
    }
  }

  std::size_t requests_max_;
  Handle handle_;
  metrics::CounterFamily operations_;
  metrics::CounterFamily results_;
  metrics::Histogram seconds_;
  TraceLog traces_;
  TaskScope tasks_;
  Server server_;
};

StreamService::StreamService(net::Loop& loop, metrics::Registry& metrics, std::size_t requests_max,
                             Handle handle)
    : impl_(std::make_unique<Impl>(loop, metrics, requests_max, std::move(handle))) {}
StreamService::~StreamService() = default;

grpc::Service* StreamService::service() { return impl_.get(); }
void StreamService::shut_down() { impl_->shut_down(); }
std::size_t StreamService::running() const { return impl_->running(); }

}  // namespace monarch::presence
