// MailEvents: mailbox.v1.MailEvents, the door by which a mail system says that mail has come or
// gone. Served only when --mail-events is on. Owned by the composition root; its work is done on
// the loop.
#pragma once

#include <memory>

#include "net/loop.hpp"
#include "presence/core/ports.hpp"
#include "presence/core/presence.hpp"
#include "runtime/metrics.hpp"

namespace grpc {
class Service;
}

namespace monarch::presence {

class MailEvents {
 public:
  MailEvents(net::Loop& loop, Presence& presence, RosterStore& store, metrics::Registry& metrics);
  ~MailEvents();
  MailEvents(const MailEvents&) = delete;
  MailEvents& operator=(const MailEvents&) = delete;

  [[nodiscard]] grpc::Service* service();
  // When the loop runs no more: what is not answered yet ends as UNAVAILABLE.
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::presence
