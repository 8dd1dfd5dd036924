#include "notification/adapters/presence_links.hpp"

#include <utility>
#include <variant>

#include "model/trace.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {

using Replies = presence_client::PresenceStreams::Handlers::Replies;

PresenceLinks::PresenceLinks(net::Loop& loop, Random& random, const std::string& node_id,
                             rpc::ChannelOptions options)
    : streams_(loop, random, node_id, options,
               {[this](const NodeId& instance) {
                  driver_->enter([&](Node& node) { node.link_up(instance); });
                  count(up_ + 1);
                },
                [this](const NodeId& instance) {
                  driver_->enter([&](Node& node) { node.link_down(instance); });
                  count(up_ - 1);
                },
                [this](Replies replies) {
                  driver_->enter([&](Node& node) {
                    for (auto& [id, reply] : replies) {
                      node.replied(RequestId(id), std::move(reply));
                    }
                  });
                }}) {}

void PresenceLinks::send(const NodeId& instance, RequestId id, const model::Request& request) {
  const auto* change = std::get_if<model::ChangeStatus>(&request);
  if (change != nullptr && change->trace && log::enabled(log::Level::kDebug)) {
    log::debug("status_change_asked", {{"trace", model::to_string(change->trace->id)},
                                       {"presence", instance},
                                       {"repeats", change->trace->repeats}});
  }
  streams_.send(instance, id.value(), request);
}

void PresenceLinks::count(std::size_t up) {
  up_ = up;
  if (changed_) changed_(up_);
}

}  // namespace monarch::notification
