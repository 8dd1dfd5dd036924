// PresenceStreams: one batched stream to every presence instance that the registry names; it opens
// and drops them as instances come and go. What is asked of whom, and again, is its user's affair.
// Loop thread only.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.hpp"
#include "base/random.hpp"
#include "cluster/node_record.hpp"
#include "model/presence.hpp"
#include "net/loop.hpp"
#include "rpc/channel.hpp"

namespace monarch::presence_client {

class PresenceStreams {
 public:
  struct Handlers {
    std::function<void(const NodeId& instance)> up;
    // What was sent there and not answered has an unknown outcome.
    std::function<void(const NodeId& instance)> down;
    // The replies of one batch, in one call.
    using Replies = std::vector<std::pair<std::uint64_t, model::Reply>>;
    std::function<void(Replies replies)> replies;
  };

  // `node_id` is who we say we are.
  PresenceStreams(net::Loop& loop, Random& random, std::string node_id, rpc::ChannelOptions options,
                  Handlers handlers);
  ~PresenceStreams();
  PresenceStreams(const PresenceStreams&) = delete;
  PresenceStreams& operator=(const PresenceStreams&) = delete;

  // Who is alive and ready now.
  void set_instances(const std::vector<cluster::NodeRecord>& instances);
  // Dropped when the stream is down or full: the asker keeps the time.
  void send(const NodeId& instance, std::uint64_t id, const model::Request& request);

 private:
  class Stream;

  net::Loop& loop_;
  Random& random_;
  std::string node_id_;
  rpc::ChannelOptions options_;
  Handlers handlers_;
  std::map<NodeId, std::unique_ptr<Stream>> streams_;
};

}  // namespace monarch::presence_client
