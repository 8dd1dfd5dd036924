// MailboxClient: a mail system's mailbox.v1.Mailbox behind the node's MailboxDoor: one unary call
// when somebody has signed in. Every question is answered, by its deadline at the latest; what goes
// wrong is one log line now and then. Loop thread only.
#pragma once

#include <memory>

#include "base/clock.hpp"
#include "net/loop.hpp"
#include "notification/adapters/driver.hpp"
#include "notification/core/ports.hpp"

namespace grpc {
class Channel;
}

namespace monarch::notification {

class MailboxClient final : public MailboxDoor {
 public:
  MailboxClient(net::Loop& loop, const std::shared_ptr<grpc::Channel>& channel, Duration deadline);
  ~MailboxClient() override;
  MailboxClient(const MailboxClient&) = delete;
  MailboxClient& operator=(const MailboxClient&) = delete;

  void attach(Driver& driver);
  void count(RequestId id, const Handle& handle) override;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace monarch::notification
