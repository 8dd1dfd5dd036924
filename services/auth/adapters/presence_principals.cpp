#include "auth/adapters/presence_principals.hpp"

#include <chrono>
#include <grpcpp/channel.h>
#include <string_view>
#include <utility>

#include "monarch/presence/v1/admin.grpc.pb.h"
#include "rpc/call.hpp"
#include "runtime/log.hpp"

namespace monarch::auth {

namespace pb = monarch::presence::v1;

struct PresencePrincipals::Impl {
  using Async = pb::PresenceAdmin::StubInterface::async_interface;

  net::Loop& loop;
  std::unique_ptr<pb::PresenceAdmin::Stub> stub;
  Duration deadline;

  log::RateLimit often{};

  Failure<PrincipalsFault> failed(std::string_view call, const rpc::Error& error) {
    if (error.code == rpc::Code::kAlreadyExists) return {PrincipalsFault::kTaken};
    const auto held_back = often.due(std::chrono::steady_clock::now());
    if (!held_back) return {PrincipalsFault::kUnavailable};
    log::warn("presence_refused", {{"call", call},
                                   {"code", rpc::to_string(error.code)},
                                   {"error", std::string_view(error.text)},
                                   {"held_back", *held_back}});
    return {PrincipalsFault::kUnavailable};
  }
};

PresencePrincipals::PresencePrincipals(net::Loop& loop,
                                       const std::shared_ptr<grpc::Channel>& channel,
                                       Duration deadline)
    : impl_(new Impl{loop, pb::PresenceAdmin::NewStub(channel), deadline}) {}
PresencePrincipals::~PresencePrincipals() = default;

Task<Outcome<PrincipalsFault>> PresencePrincipals::ensure(std::vector<Principal> principals) {
  pb::EnsurePrincipalsRequest request;
  request.mutable_principals()->Reserve(static_cast<int>(principals.size()));
  for (Principal& principal : principals) {
    auto& wire = *request.add_principals();
    wire.set_account(principal.account.value());
    wire.set_handle(principal.handle.value());
    wire.set_friendly_name(std::move(principal.friendly_name));
  }
  auto asked = rpc::ask<Impl::Async, pb::EnsurePrincipalsRequest, pb::EnsurePrincipalsReply>(
      impl_->loop, *impl_->stub->async(), &Impl::Async::EnsurePrincipals, std::move(request),
      impl_->deadline);
  const rpc::CallResult<pb::EnsurePrincipalsReply> answer = co_await asked;
  if (!answer) co_return impl_->failed("EnsurePrincipals", answer.error());
  co_return Ok{};
}

Task<Outcome<PrincipalsFault>> PresencePrincipals::remove(AccountId account) {
  pb::RemovePrincipalRequest request;
  request.set_account(account.value());
  auto asked = rpc::ask<Impl::Async, pb::RemovePrincipalRequest, pb::RemovePrincipalReply>(
      impl_->loop, *impl_->stub->async(), &Impl::Async::RemovePrincipal, std::move(request),
      impl_->deadline);
  const rpc::CallResult<pb::RemovePrincipalReply> answer = co_await asked;
  if (!answer) co_return impl_->failed("RemovePrincipal", answer.error());
  co_return Ok{};
}

Task<Outcome<PrincipalsFault>> PresencePrincipals::kick(AccountId account) {
  pb::KickRequest request;
  request.set_account(account.value());
  auto asked = rpc::ask<Impl::Async, pb::KickRequest, pb::KickReply>(
      impl_->loop, *impl_->stub->async(), &Impl::Async::Kick, std::move(request), impl_->deadline);
  const rpc::CallResult<pb::KickReply> answer = co_await asked;
  if (!answer) co_return impl_->failed("Kick", answer.error());
  co_return Ok{};
}

}  // namespace monarch::auth
