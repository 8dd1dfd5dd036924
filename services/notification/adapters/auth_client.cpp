#include "notification/adapters/auth_client.hpp"

#include <grpcpp/channel.h>
#include <utility>

#include "monarch/auth/v1/auth.grpc.pb.h"
#include "rpc/call.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {
namespace pb = monarch::auth::v1;

struct AuthClient::Impl {
  net::Loop& loop;
  std::unique_ptr<pb::Auth::Stub> stub;
  Duration deadline;
  Driver* driver = nullptr;
  log::RateLimit often;

  [[nodiscard]] Verified read(const rpc::CallResult<pb::VerifyReply>& result) {
    if (!result.ok()) {
      if (const auto held_back = often.due(std::chrono::steady_clock::now())) {
        log::warn("auth_unreachable", {{"code", rpc::to_string(result.error().code)},
                                       {"error", result.error().text},
                                       {"held_back", *held_back}});
      }
      return {};
    }
    switch (result->result()) {
      case pb::VerifyReply::RESULT_OK:
        return {Verified::Result::kOk, AccountId(result->account()), result->verified()};
      case pb::VerifyReply::RESULT_REFUSED:
        return {Verified::Result::kRefused, {}, false};
      case pb::VerifyReply::RESULT_STORE_UNAVAILABLE:
        return {Verified::Result::kStoreUnavailable, {}, false};
      case pb::VerifyReply::RESULT_NO_CONSENT:
        return {Verified::Result::kNoConsent, {}, false};
      case pb::VerifyReply::RESULT_UNVERIFIED:
        return {Verified::Result::kUnverified, {}, false};
      case pb::VerifyReply::RESULT_MAINTENANCE:
        return {Verified::Result::kMaintenance, {}, false};
      default:
        return {};
    }
  }
};

AuthClient::AuthClient(net::Loop& loop, const std::shared_ptr<grpc::Channel>& channel,
                       Duration deadline)
    : impl_(std::make_shared<Impl>(
          Impl{loop, pb::Auth::NewStub(channel), deadline, nullptr, log::RateLimit()})) {}

AuthClient::~AuthClient() = default;

void AuthClient::attach(Driver& driver) { impl_->driver = &driver; }

void AuthClient::verify(RequestId id, const Verify& question) {
  pb::VerifyRequest request;
  request.set_handle(question.handle);
  request.set_challenge(question.challenge);
  request.set_digest(question.digest);
  request.set_peer(question.peer);
  std::weak_ptr<Impl> weak = impl_;
  rpc::call<pb::Auth::StubInterface::async_interface, pb::VerifyRequest, pb::VerifyReply>(
      impl_->loop, *impl_->stub->async(), &pb::Auth::StubInterface::async_interface::Verify,
      std::move(request), impl_->deadline, [weak, id](rpc::CallResult<pb::VerifyReply> result) {
        const auto impl = weak.lock();
        if (impl == nullptr) return;
        const Verified answer = impl->read(result);
        impl->driver->enter([&](Node& node) { node.verified(id, answer); });
      });
}

}  // namespace monarch::notification
