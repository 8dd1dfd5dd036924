// PresenceLinks: one batched stream to every presence instance that the registry names, the node's
// Links. It opens and drops streams as instances come and go. Loop thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.hpp"
#include "base/random.hpp"
#include "cluster/node_record.hpp"
#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"
#include "rpc/channel.hpp"

namespace monarch::notification {

class PresenceLinks final : public Links {
 public:
  PresenceLinks(net::Loop& loop, Random& random, std::string node_id, rpc::ChannelOptions options);
  ~PresenceLinks() override;
  PresenceLinks(const PresenceLinks&) = delete;
  PresenceLinks& operator=(const PresenceLinks&) = delete;

  void attach(Driver& driver) { driver_ = &driver; }
  // Called with the number of streams that stand, each time it changes.
  void on_change(std::function<void(std::size_t up)> callback) { changed_ = std::move(callback); }
  // Who is alive and ready now.
  void set_instances(const std::vector<cluster::NodeRecord>& instances);

  void send(const NodeId& instance, RequestId id, const model::Request& request) override;

 private:
  class Link;

  void count();

  net::Loop& loop_;
  Random& random_;
  std::string node_id_;
  rpc::ChannelOptions options_;
  Driver* driver_ = nullptr;
  std::function<void(std::size_t up)> changed_;
  std::map<NodeId, std::unique_ptr<Link>> links_;
};

}  // namespace monarch::notification
