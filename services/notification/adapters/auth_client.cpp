#include "notification/adapters/auth_client.hpp"

#include <algorithm>
#include <chrono>
#include <grpcpp/channel.h>
#include <utility>

#include "base/rendezvous.hpp"
#include "monarch/auth/v1/auth.grpc.pb.h"
#include "rpc/call.hpp"
#include "runtime/log.hpp"

namespace monarch::notification {
namespace pb = monarch::auth::v1;

namespace {

using Async = pb::Auth::StubInterface::async_interface;

// As many tries fit into the five seconds in which a client is to be answered (errors.md).
constexpr std::size_t kTriesMax = 3;

TimePoint now() { return std::chrono::steady_clock::now(); }

}  // namespace

struct AuthClient::Impl : std::enable_shared_from_this<AuthClient::Impl> {
  Impl(net::Loop& its_loop, Duration its_deadline) : loop(its_loop), deadline(its_deadline) {}

  // One sign-in on its way: `order` are the instances to be asked, from `next` on.
  struct Attempt {
    RequestId id;
    pb::VerifyRequest request;
    std::vector<std::size_t> order;
    std::size_t next = 0;
    TimePoint until;
  };

  void ask(Attempt attempt) {
    const std::size_t left = attempt.order.size() - attempt.next;
    auto& stub = *stubs[attempt.order[attempt.next++]];
    // What is left of the time is shared among those who are left.
    const Duration time = std::max((attempt.until - now()) / static_cast<int>(left), Duration(0));
    auto request = attempt.request;
    rpc::call<Async, pb::VerifyRequest, pb::VerifyReply>(
        loop, *stub.async(), &Async::Verify, std::move(request), time,
        [weak = weak_from_this(),
         attempt = std::move(attempt)](const rpc::CallResult<pb::VerifyReply>& result) mutable {
          if (const auto self = weak.lock()) self->answered(std::move(attempt), result);
        });
  }

  void answered(Attempt attempt, const rpc::CallResult<pb::VerifyReply>& result) {
    if (!result.ok()) {
      complain(result.error());
      if (attempt.next < attempt.order.size() && now() < attempt.until) {
        ask(std::move(attempt));
        return;
      }
    }
    const Verified answer = result.ok() ? read(*result) : Verified{};
    driver->enter([&](Node& node) { node.verified(attempt.id, answer); });
  }

  void complain(const rpc::Error& error) {
    if (const auto held_back = often.due(now())) {
      log::warn(
          "auth_unreachable",
          {{"code", rpc::to_string(error.code)}, {"error", error.text}, {"held_back", *held_back}});
    }
  }

  static Verified read(const pb::VerifyReply& reply) {
    switch (reply.result()) {
      case pb::VerifyReply::RESULT_OK:
        return {Verified::Result::kOk, AccountId(reply.account()), reply.verified()};
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

  net::Loop& loop;
  Duration deadline;
  std::vector<std::string> names;
  std::vector<std::unique_ptr<pb::Auth::Stub>> stubs;
  Driver* driver = nullptr;
  log::RateLimit often;
};

Result<std::vector<AuthInstance>, std::string> auth_instances(
    const std::vector<Endpoint>& endpoints, rpc::ChannelOptions options) {
  if (endpoints.empty()) return fail(std::string("no server to connect to"));
  // Of several, the next one is asked rather than the same one again.
  if (endpoints.size() > 1) options.attempts_max = 1;
  std::vector<AuthInstance> instances;
  for (const Endpoint& endpoint : endpoints) {
    auto channel = rpc::make_channel({endpoint}, options);
    if (!channel.ok()) return fail(channel.error());
    instances.push_back({endpoint.to_string(), *std::move(channel)});
  }
  return instances;
}

AuthClient::AuthClient(net::Loop& loop, const std::vector<AuthInstance>& instances,
                       Duration deadline)
    : impl_(std::make_shared<Impl>(loop, deadline)) {
  for (const AuthInstance& instance : instances) {
    impl_->names.push_back(instance.name);
    impl_->stubs.push_back(pb::Auth::NewStub(instance.channel));
  }
}

AuthClient::~AuthClient() = default;

void AuthClient::attach(Driver& driver) { impl_->driver = &driver; }

void AuthClient::verify(RequestId id, const Verify& question) {
  Impl::Attempt attempt{.id = id,
                        .request = {},
                        .order = rendezvous_order(question.handle, impl_->names),
                        .next = 0,
                        .until = now() + impl_->deadline};
  attempt.order.resize(std::min(attempt.order.size(), kTriesMax));
  attempt.request.set_handle(question.handle);
  attempt.request.set_challenge(question.challenge);
  attempt.request.set_digest(question.digest);
  attempt.request.set_peer(question.peer);
  impl_->ask(std::move(attempt));
}

}  // namespace monarch::notification
