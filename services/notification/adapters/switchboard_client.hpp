// SwitchboardClient: places in conversations to come, from the switchboards that the registry
// names: the least loaded one is asked first, then the next
// (docs/protocol/notification.md#xfr-sb-2). Loop thread only.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "cluster/node_record.hpp"
#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"
#include "rpc/channel.hpp"
#include "runtime/metrics.hpp"

namespace monarch::notification {

class SwitchboardClient final : public SwitchboardDoor {
 public:
  SwitchboardClient(net::Loop& loop, rpc::ChannelOptions options, metrics::Registry& metrics);
  ~SwitchboardClient() override;
  SwitchboardClient(const SwitchboardClient&) = delete;
  SwitchboardClient& operator=(const SwitchboardClient&) = delete;

  void attach(Driver& driver);
  // Called when none is known, to have the registry read at once: one may have come meanwhile.
  void on_none(std::function<void()> refresh);
  // Who is alive and ready now.
  void set_switchboards(const std::vector<cluster::NodeRecord>& records);

  void reserve(RequestId id, const Reservation& reservation) override;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::notification
