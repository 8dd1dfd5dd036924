// PresencePrincipals: presence.v1.PresenceAdmin behind auth's door to it. Owned by main(), lives on
// the service's loop.
#pragma once

#include <memory>

#include "auth/core/ports.hpp"
#include "base/clock.hpp"
#include "net/loop.hpp"

namespace grpc {
class Channel;
}

namespace monarch::auth {

class PresencePrincipals final : public Principals {
 public:
  PresencePrincipals(net::Loop& loop, const std::shared_ptr<grpc::Channel>& channel,
                     Duration deadline);
  ~PresencePrincipals() override;

  Task<Outcome<PrincipalsFault>> ensure(std::vector<Principal> principals) override;
  Task<Outcome<PrincipalsFault>> remove(AccountId account) override;
  Task<Outcome<PrincipalsFault>> kick(AccountId account) override;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace monarch::auth
