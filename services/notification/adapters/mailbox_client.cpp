#include "notification/adapters/mailbox_client.hpp"

#include <chrono>
#include <grpcpp/channel.h>
#include <utility>

#include "monarch/mailbox/v1/mailbox.grpc.pb.h"
#include "msnp/notice.hpp"
#include "rpc/call.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {
namespace pb = monarch::mailbox::v1;

struct MailboxClient::Impl {
  net::Loop& loop;
  std::unique_ptr<pb::Mailbox::Stub> stub;
  Duration deadline;
  Driver* driver = nullptr;
  log::RateLimit often;

  [[nodiscard]] Mailbox read(rpc::CallResult<pb::GetCountsReply>& result) {
    if (!result.ok()) {
      if (result.error().code == rpc::Code::kNotFound) return {Mailbox::Result::kNone, {}};
      warn(rpc::to_string(result.error().code), result.error().text);
      return {};
    }
    auto& reply = *result;
    for (const auto* url : {&reply.inbox_url(), &reply.folders_url(), &reply.post_url()}) {
      if (const auto good = msnp::check_address("url", *url); !good) {
        warn("bad_reply", good.error());
        return {};
      }
    }
    return {Mailbox::Result::kKnown,
            {reply.inbox_unread(), reply.folders_unread(), std::move(*reply.mutable_inbox_url()),
             std::move(*reply.mutable_folders_url()), std::move(*reply.mutable_post_url())}};
  }

  void warn(std::string_view code, std::string_view text) {
    if (const auto held_back = often.due(std::chrono::steady_clock::now())) {
      log::warn("mailbox_unreachable",
                {{"code", code}, {"error", text}, {"held_back", *held_back}});
    }
  }
};

MailboxClient::MailboxClient(net::Loop& loop, const std::shared_ptr<grpc::Channel>& channel,
                             Duration deadline)
    : impl_(std::make_shared<Impl>(
          Impl{loop, pb::Mailbox::NewStub(channel), deadline, nullptr, log::RateLimit()})) {}

MailboxClient::~MailboxClient() = default;

void MailboxClient::attach(Driver& driver) { impl_->driver = &driver; }

void MailboxClient::count(RequestId id, const Handle& handle) {
  pb::GetCountsRequest request;
  request.set_handle(handle.value());
  std::weak_ptr<Impl> weak = impl_;
  rpc::call<pb::Mailbox::StubInterface::async_interface, pb::GetCountsRequest, pb::GetCountsReply>(
      impl_->loop, *impl_->stub->async(), &pb::Mailbox::StubInterface::async_interface::GetCounts,
      std::move(request), impl_->deadline, [weak, id](rpc::CallResult<pb::GetCountsReply> result) {
        const auto impl = weak.lock();
        if (impl == nullptr) return;
        const Mailbox mailbox = impl->read(result);
        impl->driver->enter([&](Node& node) { node.mail_counted(id, mailbox); });
      });
}

}  // namespace monarch::notification
