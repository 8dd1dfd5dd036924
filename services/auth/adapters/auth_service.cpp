#include "auth/adapters/auth_service.hpp"

#include <optional>
#include <string>
#include <utility>

#include "monarch/auth/v1/auth.grpc.pb.h"
#include "rpc/finish.hpp"
#include "runtime/log.hpp"

namespace monarch::auth {

namespace pb = monarch::auth::v1;

class AuthService::Impl final : public pb::Auth::CallbackService,
                                public std::enable_shared_from_this<Impl> {
 public:
  Impl(net::Loop& loop, Verifier& verifier, const Clock& clock, metrics::Registry& metrics)
      : loop_(loop.handle()),
        verifier_(verifier),
        clock_(clock),
        verifications_(metrics.counter_family("verifications_total",
                                              "Sign-ins checked, by how they ended", {"result"},
                                              kVerdicts + 1)),
        seconds_(metrics.histogram("verification_seconds",
                                   "From the arrival of a sign-in to its answer",
                                   metrics::seconds_buckets())) {
    // Each is there from the start, so that its first rise is one.
    for (std::size_t i = 0; i < kVerdicts; ++i) {
      (void)verifications_.with(name_of(static_cast<Verdict>(i)));
    }
  }

  grpc::ServerUnaryReactor* Verify(grpc::CallbackServerContext* context,
                                   const pb::VerifyRequest* request,
                                   pb::VerifyReply* reply) override {
    auto* reactor = context->DefaultReactor();
    // Dropped on the way (the process ends), `finish` answers UNAVAILABLE.
    loop_.post([weak = weak_from_this(), finish = rpc::Finish(reactor), request, reply] {
      if (const auto self = weak.lock()) self->begin(finish, *request, *reply);
    });
    return reactor;
  }

  void stop() { tasks_.reset(); }

 private:
  void begin(const rpc::Finish& finish, const pb::VerifyRequest& request, pb::VerifyReply& reply) {
    auto handle = Handle::parse(request.handle());
    if (!handle) {
      // No account can have such a handle, whoever asks knows that as well as we do.
      answer({Verdict::kUnknownAccount, {}, false}, clock_.now(), reply);
      finish.ok();
      return;
    }
    SignIn attempt{*std::move(handle), request.challenge(), request.digest(), request.peer()};
    tasks_->spawn(verify(finish, std::move(attempt), reply));
  }

  Task<void> verify(rpc::Finish finish, SignIn attempt, pb::VerifyReply& reply) {
    const TimePoint began = clock_.now();
    const std::string peer = attempt.peer;
    const Verification result = co_await verifier_.verify(std::move(attempt));
    if (result.verdict == Verdict::kAddressShut) tell_throttled(peer);
    answer(result, began, reply);
    finish.ok();
  }

  // Right passwords are refused too, and all behind one router suffer together.
  void tell_throttled(const std::string& peer) {
    if (const auto held_back = throttled_.due(clock_.now())) {
      log::warn("address_throttled", {{"address", peer},
                                      {"check", "address-failures-max, throttle-exempt"},
                                      {"held_back", *held_back}});
    }
  }

  void answer(const Verification& result, TimePoint began, pb::VerifyReply& reply) {
    verifications_.with(name_of(result.verdict)).add();
    seconds_.observe(clock_.now() - began);
    switch (result.verdict) {
      case Verdict::kGood:
        reply.set_result(pb::VerifyReply::RESULT_OK);
        reply.set_account(result.account.value());
        reply.set_verified(result.verified);
        return;
      case Verdict::kUnreadable:
        // Not the person's fault, and nothing he could do about it: as if the store were away.
        if (const auto held_back = unreadable_.due(clock_.now())) {
          log::error("password_unreadable",
                     {{"check", "password-key-file holds every key ever used"},
                      {"held_back", *held_back}});
        }
        [[fallthrough]];
      case Verdict::kStoreUnavailable:
        reply.set_result(pb::VerifyReply::RESULT_STORE_UNAVAILABLE);
        return;
      case Verdict::kNoConsent:
        reply.set_result(pb::VerifyReply::RESULT_NO_CONSENT);
        return;
      case Verdict::kUnverified:
        reply.set_result(pb::VerifyReply::RESULT_UNVERIFIED);
        return;
      case Verdict::kMaintenance:
        reply.set_result(pb::VerifyReply::RESULT_MAINTENANCE);
        return;
      case Verdict::kUnknownAccount:
      case Verdict::kWrongPassword:
      case Verdict::kNotActive:
      case Verdict::kAccountShut:
      case Verdict::kAddressShut:
        reply.set_result(pb::VerifyReply::RESULT_REFUSED);
        return;
    }
  }

  net::LoopHandle loop_;
  Verifier& verifier_;
  const Clock& clock_;
  metrics::CounterFamily verifications_;
  metrics::Histogram seconds_;
  log::RateLimit unreadable_;
  log::RateLimit throttled_;
  std::optional<TaskScope> tasks_{std::in_place};
};

AuthService::AuthService(net::Loop& loop, Verifier& verifier, const Clock& clock,
                         metrics::Registry& metrics)
    : impl_(std::make_shared<Impl>(loop, verifier, clock, metrics)) {}
AuthService::~AuthService() = default;

grpc::Service* AuthService::service() { return impl_.get(); }
void AuthService::stop() { impl_->stop(); }

}  // namespace monarch::auth
