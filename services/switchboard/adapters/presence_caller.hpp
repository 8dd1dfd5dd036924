// PresenceCaller: the exchange's PresenceDoor over the streams to the presence instances. An invite
// is asked once: repeating it could ring twice. Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "presence_client/presence_streams.hpp"
#include "switchboard/adapters/driver.hpp"
#include "switchboard/core/ports.hpp"

namespace monarch::switchboard {

class PresenceCaller final : public PresenceDoor {
 public:
  PresenceCaller(net::Loop& loop, Random& random, const std::string& node_id,
                 rpc::ChannelOptions options);

  void attach(Driver& driver) { driver_ = &driver; }
  // Who is alive and ready now.
  void set_instances(const std::vector<cluster::NodeRecord>& instances) {
    streams_.set_instances(instances);
  }
  // Called whenever a stream has come up.
  void on_up(std::function<void()> callback) { came_up_ = std::move(callback); }

  void invite(RequestId id, const Invite& invite) override;

 private:
  void replied(std::uint64_t id, const model::Reply& reply);
  void down(const NodeId& instance);
  // Tells the exchange, but never from within its own call.
  void answer(RequestId id, Invited answer);

  net::Loop& loop_;
  Driver* driver_ = nullptr;
  std::function<void()> came_up_;
  std::vector<NodeId> up_;  // in order
  std::unordered_map<std::uint64_t, NodeId> asked_;
  presence_client::PresenceStreams streams_;
};

}  // namespace monarch::switchboard
