// PresenceLinks: the node's Links over the streams to the presence instances. Loop thread only.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"
#include "presence_client/presence_streams.hpp"

namespace monarch::notification {

class PresenceLinks final : public Links {
 public:
  PresenceLinks(net::Loop& loop, Random& random, const std::string& node_id,
                rpc::ChannelOptions options);

  void attach(Driver& driver) { driver_ = &driver; }
  // Called with the number of streams that stand, each time it changes.
  void on_change(std::function<void(std::size_t up)> callback) { changed_ = std::move(callback); }
  // Who is alive and ready now.
  void set_instances(const std::vector<cluster::NodeRecord>& instances) {
    streams_.set_instances(instances);
  }

  void send(const NodeId& instance, RequestId id, const model::Request& request) override;

 private:
  void count(std::size_t up);

  Driver* driver_ = nullptr;
  std::size_t up_ = 0;
  std::function<void(std::size_t up)> changed_;
  presence_client::PresenceStreams streams_;
};

}  // namespace monarch::notification
