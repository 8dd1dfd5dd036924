#include "presence_client/presence_streams.hpp"

#include <algorithm>
#include <chrono>
#include <grpcpp/channel.h>
#include <utility>

#include "base/endpoint.hpp"
#include "codec/replies.hpp"
#include "codec/requests.hpp"
#include "monarch/presence/v1/presence.grpc.pb.h"
#include "rpc/batch_stream_client.hpp"
#include "runtime/log.hpp"

namespace monarch::presence_client {
namespace {

namespace pb = monarch::presence::v1;
using Batches = rpc::BatchStreamClient<pb::RequestBatch, pb::ReplyBatch>;

rpc::BatchClientOptions client_options(const std::string& node_id) {
  rpc::BatchClientOptions options;
  options.node_id = node_id;
  return options;
}

}  // namespace

// The stream to one incarnation of one instance.
class PresenceStreams::Stream {
 public:
  Stream(PresenceStreams& owner, const cluster::NodeRecord& record,
         const std::shared_ptr<grpc::Channel>& channel)
      : owner_(owner),
        record_(record),
        stub_(pb::Presence::NewStub(channel)),
        batches_(owner.loop_, owner.random_, client_options(owner.node_id_),
                 [stub = stub_](grpc::ClientContext* context, Batches::Reactor* reactor) {
                   stub->async()->Attach(context, reactor);
                 },
                 {[this] { up(); }, [this](const rpc::Error& error) { down(error); },
                  [this](pb::ReplyBatch&& batch) { receive(batch); }}) {
    batches_.start();
  }

  [[nodiscard]] bool is_of(const cluster::NodeRecord& record) const {
    return record.incarnation == record_.incarnation && record.rpc == record_.rpc;
  }
  [[nodiscard]] bool is_up() const { return up_; }

  void send(std::uint64_t id, const model::Request& request) {
    pb::Request item;
    item.set_id(id);
    codec::encode(request, codec::Moment::now(), &item);
    if (!batches_.send(std::move(item))) {
      log::debug("presence_stream_full", {{"presence", record_.id}});
    }
  }

 private:
  void up() {
    up_ = true;
    log::info("presence_stream_up", {{"presence", record_.id}, {"address", record_.rpc}});
    owner_.handlers_.up(record_.id);
  }

  void down(const rpc::Error& error) {
    if (const auto held_back = often_.due(std::chrono::steady_clock::now())) {
      log::warn("presence_stream_down",
                {{"presence", record_.id}, {"error", error.text}, {"held_back", *held_back}});
    }
    if (std::exchange(up_, false)) owner_.handlers_.down(record_.id);
  }

  void receive(const pb::ReplyBatch& batch) {
    Handlers::Replies replies;
    replies.reserve(static_cast<std::size_t>(batch.replies_size()));
    for (const auto& reply : batch.replies()) {
      replies.emplace_back(reply.id(), codec::decode(reply));
    }
    owner_.handlers_.replies(std::move(replies));
  }

  PresenceStreams& owner_;
  cluster::NodeRecord record_;
  std::shared_ptr<pb::Presence::Stub> stub_;
  log::RateLimit often_;
  bool up_ = false;
  Batches batches_;
};

PresenceStreams::PresenceStreams(net::Loop& loop, Random& random, std::string node_id,
                                 rpc::ChannelOptions options, Handlers handlers)
    : loop_(loop),
      random_(random),
      node_id_(std::move(node_id)),
      options_(options),
      handlers_(std::move(handlers)) {}

PresenceStreams::~PresenceStreams() = default;

void PresenceStreams::set_instances(const std::vector<cluster::NodeRecord>& instances) {
  for (auto stream = streams_.begin(); stream != streams_.end();) {
    const bool stays = std::any_of(instances.begin(), instances.end(), [&](const auto& record) {
      return record.id == stream->first && stream->second->is_of(record);
    });
    if (stays) {
      ++stream;
      continue;
    }
    const NodeId gone = stream->first;
    const bool was_up = stream->second->is_up();
    stream = streams_.erase(stream);
    if (was_up) handlers_.down(gone);
  }
  for (const auto& record : instances) {
    if (streams_.contains(record.id)) continue;
    const auto endpoint = Endpoint::parse(record.rpc);
    auto channel =
        endpoint.ok() ? rpc::make_channel({*endpoint}, options_)
                      : Result<std::shared_ptr<grpc::Channel>, std::string>(fail(endpoint.error()));
    if (!channel.ok()) {
      log::error("presence_address_unusable",
                 {{"presence", record.id}, {"error", channel.error()}});
      continue;
    }
    streams_.emplace(record.id, std::make_unique<Stream>(*this, record, *channel));
  }
}

void PresenceStreams::send(const NodeId& instance, std::uint64_t id,
                           const model::Request& request) {
  const auto stream = streams_.find(instance);
  if (stream != streams_.end()) stream->second->send(id, request);
}

}  // namespace monarch::presence_client
