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

using model::kOperations;

constexpr std::string_view kGood = "ok";
// The operation of a request that was turned away before anybody looked what it was.
constexpr std::string_view kUnread = "unread";
constexpr std::size_t kPairsMax = 400;

std::string_view result_of(const model::Reply& reply) {
  if (std::holds_alternative<model::Refused>(reply)) return "refused";
  const auto* failed = std::get_if<model::Failed>(&reply);
  if (failed == nullptr) return kGood;
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
        operations_(metrics.counter_family("requests_total", "Requests of nodes by operation",
                                           {"operation"})),
        seconds_(metrics.histogram_family("request_seconds",
                                          "From a request of a node to its reply, by operation "
                                          "and result",
                                          metrics::seconds_buckets(), {"operation", "result"},
                                          kPairsMax)),
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
    for (std::size_t i = 0; i < kOperations.size(); ++i) {
      begun_.at(i) = operations_.with(kOperations.at(i));
      good_.at(i) = seconds_.with({kOperations.at(i), kGood});
    }
    // There from the start, so that its first rise is one.
    (void)seconds_.with({kUnread, "overloaded"});
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
      // A newer node may ask for what we do not know: it is to ask another instance, too.
      if (!request || tasks_.running() >= requests_max_) {
        turn_away(peer, message.id());
      } else {
        begun_.at(request->index()).add();
        tasks_.spawn(serve(peer, message.id(), std::move(*request)));
      }
    }
  }

  Task<void> serve(Server::PeerPtr peer, std::uint64_t id, model::Request request) {
    const auto begun = std::chrono::steady_clock::now();
    const auto operation = request.index();
    const auto trace = trace_of(request);
    const model::Reply answer = co_await handle_(std::move(request));
    const auto took = std::chrono::steady_clock::now() - begun;
    const std::string_view result = result_of(answer);
    auto seconds =
        result == kGood ? good_.at(operation) : seconds_.with({kOperations.at(operation), result});
    seconds.observe(took);
    if (trace) traces_.answered(*trace, result, took);
    reply(peer, id, answer);
  }

  void turn_away(const Server::PeerPtr& peer, std::uint64_t id) {
    seconds_.with({kUnread, "overloaded"}).observe(Duration::zero());
    reply(peer, id, model::Failed{model::Fault::kOverloaded});
  }

  void reply(const Server::PeerPtr& peer, std::uint64_t id, const model::Reply& answer) {
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
  metrics::HistogramFamily seconds_;
  // What nearly all requests need, looked up beforehand.
  std::array<metrics::Counter, kOperations.size()> begun_;
  std::array<metrics::Histogram, kOperations.size()> good_;
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
