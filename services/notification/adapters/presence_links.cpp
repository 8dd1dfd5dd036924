#include "notification/adapters/presence_links.hpp"

#include <algorithm>
#include <grpcpp/channel.h>
#include <utility>

#include "codec/replies.hpp"
#include "codec/requests.hpp"
#include "monarch/presence/v1/presence.grpc.pb.h"
#include "rpc/batch_stream_client.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {
namespace pb = monarch::presence::v1;

using Stream = rpc::BatchStreamClient<pb::RequestBatch, pb::ReplyBatch>;

// The stream to one incarnation of one instance.
class PresenceLinks::Link {
 public:
  Link(PresenceLinks& owner, const cluster::NodeRecord& record,
       const std::shared_ptr<grpc::Channel>& channel)
      : owner_(owner),
        record_(record),
        stub_(pb::Presence::NewStub(channel)),
        stream_(owner.loop_, owner.random_, client_options(owner),
                [stub = stub_](grpc::ClientContext* context, Stream::Reactor* reactor) {
                  stub->async()->Attach(context, reactor);
                },
                {[this] { up(); }, [this](const rpc::Error& error) { down(error); },
                 [this](pb::ReplyBatch&& batch) { receive(batch); }}) {
    stream_.start();
  }

  [[nodiscard]] bool is_of(const cluster::NodeRecord& record) const {
    return record.incarnation == record_.incarnation && record.rpc == record_.rpc;
  }

  [[nodiscard]] bool is_up() const { return up_; }

  void send(RequestId id, const model::Request& request) {
    pb::Request item;
    item.set_id(id.value());
    codec::encode(request, &item);
    // A refused request is one without an answer: the node keeps the time and asks elsewhere.
    if (!stream_.send(std::move(item))) {
      log::debug("presence_link_full", {{"presence", record_.id}});
    }
  }

 private:
  static rpc::BatchClientOptions client_options(const PresenceLinks& owner) {
    rpc::BatchClientOptions options;
    options.node_id = owner.node_id_;
    return options;
  }

  void up() {
    up_ = true;
    log::info("presence_link_up", {{"presence", record_.id}, {"address", record_.rpc}});
    owner_.driver_->enter([&](Node& node) { node.link_up(record_.id); });
    owner_.count();
  }

  void down(const rpc::Error& error) {
    if (const auto held_back = often_.due(std::chrono::steady_clock::now())) {
      log::warn("presence_link_down",
                {{"presence", record_.id}, {"error", error.text}, {"held_back", *held_back}});
    }
    if (!std::exchange(up_, false)) return;
    owner_.driver_->enter([&](Node& node) { node.link_down(record_.id); });
    owner_.count();
  }

  void receive(const pb::ReplyBatch& batch) {
    owner_.driver_->enter([&](Node& node) {
      for (const auto& reply : batch.replies()) {
        node.replied(RequestId(reply.id()), codec::decode(reply));
      }
    });
  }

  PresenceLinks& owner_;
  cluster::NodeRecord record_;
  std::shared_ptr<pb::Presence::Stub> stub_;
  log::RateLimit often_;
  bool up_ = false;
  Stream stream_;
};

PresenceLinks::PresenceLinks(net::Loop& loop, Random& random, std::string node_id,
                             rpc::ChannelOptions options)
    : loop_(loop), random_(random), node_id_(std::move(node_id)), options_(options) {}

PresenceLinks::~PresenceLinks() = default;

void PresenceLinks::set_instances(const std::vector<cluster::NodeRecord>& instances) {
  for (auto link = links_.begin(); link != links_.end();) {
    const bool stays = std::any_of(instances.begin(), instances.end(), [&](const auto& record) {
      return record.id == link->first && link->second->is_of(record);
    });
    if (stays) {
      ++link;
      continue;
    }
    const NodeId gone = link->first;
    const bool was_up = link->second->is_up();
    link = links_.erase(link);
    if (!was_up) continue;
    driver_->enter([&](Node& node) { node.link_down(gone); });
    count();
  }
  for (const auto& record : instances) {
    if (links_.contains(record.id)) continue;
    const auto endpoint = Endpoint::parse(record.rpc);
    auto channel =
        endpoint.ok() ? rpc::make_channel({*endpoint}, options_)
                      : Result<std::shared_ptr<grpc::Channel>, std::string>(fail(endpoint.error()));
    if (!channel.ok()) {
      log::error("presence_address_unusable",
                 {{"presence", record.id}, {"error", channel.error()}});
      continue;
    }
    links_.emplace(record.id, std::make_unique<Link>(*this, record, *channel));
  }
}

void PresenceLinks::count() {
  const auto up = std::count_if(links_.begin(), links_.end(),
                                [](const auto& link) { return link.second->is_up(); });
  if (changed_) changed_(static_cast<std::size_t>(up));
}

void PresenceLinks::send(const NodeId& instance, RequestId id, const model::Request& request) {
  const auto link = links_.find(instance);
  if (link != links_.end()) link->second->send(id, request);
}

}  // namespace monarch::notification
